/* SPDX-License-Identifier: GPL-2.0-only */
/* All scenarios, as the agent lists them: the runner itself has no list. */
#ifndef RUNNER_PLAN_CATALOG_H
#define RUNNER_PLAN_CATALOG_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>

struct scenario_info {
	char *name; /* family/scenario */
	char *needs;
	unsigned int deadline_ms;
	char *where; /* file:line */
	char *summary;
	bool hidden; /* runs only if a glob names its family */
	/* It is a program of a suite (runner/plan/suites.h), and WHERE is its path. */
	bool suite;
	bool own;	     /* of a suite that is a family of the lab, or of an overlay */
	bool image;	     /* it runs in guests with the cloud image alone */
	bool no_dut;	     /* it runs once on each machine, with the DUT SUITE_NO_DUT */
	char *duts;	     /* globs of the DUTs that it runs on; NULL: all */
	unsigned int memory; /* minimum of its guest in MiB; 0: no minimum */
};

struct catalog {
	struct scenario_info *scenarios;
	size_t count;
};

/*
 * Read into CATALOG the scenarios that the program AGENT lists. Blocks until it exits. Returns 0,
 * or -ENOENT with a message in WHY. The caller frees CATALOG with catalog_free() in any case.
 */
int catalog_read(const char *agent, struct catalog *catalog, struct buf *why);

/* Append INFO, whose strings CATALOG takes over. */
void catalog_add(struct catalog *catalog, struct scenario_info info);

/*
 * Add to NAMES the scenarios that GLOBS select (lab/base/select.h): "family/name", or "family" for
 * a whole family. A hidden scenario can be selected only if NAMED has it or a glob spells out its
 * family. If there are suites, no glob selects the programs of suites alone. Returns 0, or -ENOENT
 * with a message in WHY.
 */
int catalog_select(const struct catalog *catalog, const struct list *globs,
		   const struct list *named, struct list *names, struct buf *why);

/* The scenario NAME, or NULL. */
const struct scenario_info *catalog_find(const struct catalog *catalog, const char *name);

void catalog_free(struct catalog *catalog);
#define cleanup_catalog __attribute__((cleanup(catalog_free)))

#endif
