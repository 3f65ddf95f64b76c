/* SPDX-License-Identifier: GPL-2.0-only */
/* The scenarios that there are, as the agent lists them: the runner itself knows none. */
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
	bool hidden; /* runs only where it is asked for by its family's name */
};

struct catalog {
	struct scenario_info *scenarios;
	size_t count;
};

/* Ask AGENT for its scenarios. Blocks for the life of that program. 0, or -errno and WHY. */
int catalog_read(const char *agent, struct catalog *catalog, struct buf *why);

/*
 * Add to NAMES the scenarios that GLOBS select (lab/base/select.h): "family/name", or "family" for
 * all of one. Hidden ones can be selected if they are in NAMED, or a glob spells out their family.
 * Returns 0, or
 * -ENOENT with one line in WHY.
 */
int catalog_select(const struct catalog *catalog, const struct list *globs,
		   const struct list *named, struct list *names, struct buf *why);

/* The scenario NAME, or NULL. */
const struct scenario_info *catalog_find(const struct catalog *catalog, const char *name);

void catalog_free(struct catalog *catalog);
#define cleanup_catalog __attribute__((cleanup(catalog_free)))

#endif
