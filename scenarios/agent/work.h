/* SPDX-License-Identifier: GPL-2.0-only */
/* The work that the host gives this guest (docs/protocol.md). */
#ifndef SCENARIOS_AGENT_WORK_H
#define SCENARIOS_AGENT_WORK_H

#include <stdbool.h>
#include <stddef.h>

enum work_mode {
	WORK_CASES,
	WORK_PROBE,
};

struct work_dut {
	const char *name;
	const char *path;   /* SLOT.FUNCTION, bridge by bridge, from the root bus */
	int vf;		    /* which virtual function of the device at PATH; -1: that device */
	const char *driver; /* the kernel driver that serves it to VFIO; NULL: vfio-pci */
	const char *model;  /* the lab's device model that it is; NULL: none */
	/* What its machine declares of it: lab/base/declared.h; NULL: nothing. */
	const char *has;
	const char *purpose; /* the machine has it for this alone; NULL: for whatever it can do */
};

struct work_case {
	unsigned int number;
	const char *scenario; /* FAMILY/NAME */
	size_t dut;	      /* index into the plan's */
};

struct work {
	enum work_mode mode;
	unsigned int total; /* cases of the whole stream */
	bool first;	    /* this guest begins the stream */
	double scale;	    /* factor on every deadline */
	/* Of every case, in the place of its scenario's own; 0: its own. */
	unsigned int deadline_ms;
	struct work_dut *duts;
	size_t duts_count;
	struct work_case *cases;
	size_t cases_count;
	char *text; /* what the strings point into */
};

/*
 * Parse TEXT, which PLAN takes over. 0, or -EINVAL: then *WHY, which the
 * caller frees, says which line is wrong.
 */
int work_parse(char *text, struct work *plan, char **why);

void work_free(struct work *plan);

#define cleanup_work __attribute__((cleanup(work_free)))

#endif
