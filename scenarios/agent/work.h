/* SPDX-License-Identifier: GPL-2.0-only */
/* The work that the host gives this guest (docs/protocol.md). */
#ifndef SCENARIOS_AGENT_WORK_H
#define SCENARIOS_AGENT_WORK_H

#include <stdbool.h>
#include <stddef.h>

enum plan_mode {
	PLAN_CASES,
	PLAN_PROBE,
};

struct plan_dut {
	const char *name;
	const char *path;    /* SLOT.FUNCTION, bridge by bridge, from the root bus */
	int vf;		     /* which virtual function of the device at PATH; -1: that device */
	const char *driver;  /* the kernel driver that serves it to VFIO; NULL: vfio-pci */
	const char *model;   /* the lab's device model that it is; NULL: none */
	const char *has;     /* what its machine declares of it: lab/base/declared.h; NULL: nothing */
	const char *purpose; /* the machine has it for this alone; NULL: for whatever it can do */
};

struct plan_case {
	unsigned int number;
	const char *scenario; /* FAMILY/NAME */
	size_t dut;	      /* index into the plan's */
};

struct plan {
	enum plan_mode mode;
	unsigned int total;	  /* cases of the whole stream */
	bool first;		  /* this guest begins the stream */
	double scale;		  /* factor on every deadline */
	unsigned int deadline_ms; /* of every case, in the place of its scenario's own; 0: its own */
	struct plan_dut *duts;
	size_t duts_count;
	struct plan_case *cases;
	size_t cases_count;
	char *text; /* what the strings point into */
};

/*
 * Parse TEXT, which PLAN takes over. 0, or -EINVAL: then *WHY, which the
 * caller frees, says which line is wrong.
 */
int plan_parse(char *text, struct plan *plan, char **why);

void work_free(struct plan *plan);

#define cleanup_work __attribute__((cleanup(work_free)))

#endif
