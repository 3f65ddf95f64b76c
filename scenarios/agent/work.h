/* SPDX-License-Identifier: GPL-2.0-only */
/* The work that the host gives this guest (docs/protocol.md). */
#ifndef SCENARIOS_AGENT_WORK_H
#define SCENARIOS_AGENT_WORK_H

#include "lab/base/mode.h"

#include <stdbool.h>
#include <stddef.h>

enum work_kind {
	WORK_CASES,
	WORK_PROBE,
};

struct work_dut {
	const char *name;
	/* SLOT.FUNCTION, bridge by bridge, from the root bus; "" for SUITE_NO_DUT */
	const char *path;
	int vf;		    /* which virtual function of the device at PATH; -1: that device */
	const char *driver; /* the kernel driver that serves it to VFIO; NULL: vfio-pci */
	const char *module; /* without which it is not there; NULL: none */
	const char *model;  /* the lab's device model behind it; NULL: none */
	/* What its machine declares about it: lab/base/declared.h; NULL: nothing. */
	const char *has;
	const char *purpose; /* the one purpose that the machine has it for; NULL: any */
};

struct work_case {
	unsigned int number;
	const char *scenario; /* FAMILY/NAME */
	size_t dut;	      /* index into the plan's */
	enum mode mode;
};

struct work {
	enum work_kind kind;
	unsigned int total; /* cases of the whole stream */
	bool first;	    /* this guest begins the stream */
	bool trace;   /* the host traces device models, and is told when cases begin and end */
	bool reach;   /* the host wants the counters of gcov that each case raised */
	bool gdb;     /* gdb is to have the addresses of modules when a case begins */
	double scale; /* factor on every deadline */
	/* The deadline of every case; 0: each scenario's own. */
	unsigned int deadline_ms;
	struct work_dut *duts;
	size_t duts_count;
	struct work_case *cases;
	size_t cases_count;
	/* Files below / that the host has newer, and that replace those of the image. */
	const char **files;
	size_t files_count;
	char *text; /* the strings above point into it */
};

/*
 * Parse TEXT, which PLAN takes over. Returns 0, or -EINVAL with a message in WHY that names the
 * malformed line. The caller frees WHY.
 */
int work_parse(char *text, struct work *plan, char **why);

void work_free(struct work *plan);

#define cleanup_work __attribute__((cleanup(work_free)))

#endif
