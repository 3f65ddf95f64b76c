/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the lab's files are, and what the caller chose: read once, never changed. */
#ifndef RUNNER_PLAN_SETTINGS_H
#define RUNNER_PLAN_SETTINGS_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>

/* Bounds of LANES= and TIMEOUT= (seconds). */
#define LANES_MOST   64
#define TIMEOUT_MOST 3600

/* Executions of each case, and cases of one kernel and machine with all of their executions. */
#define REPEAT_MAX    1000
#define JOB_CASES_MAX 100000

/* After a FAIL: go on, or leave out what is left of the run, or of the cases of that kernel. */
enum stop { STOP_NEVER, STOP_RUN, STOP_KERNEL };

struct settings {
	const char *top;     /* the lab's source folder */
	const char *out;     /* O= */
	const char *cache;   /* LAB_CACHE= */
	char *history;	     /* LAB_HISTORY=: file of all runs, by default in LAB_CACHE= */
	const char *self;    /* this program's own file */
	const char *uri;     /* LAB_URI=, or NULL: libvirt embedded in each lane */
	char *machines;	     /* folder of the machines' XML */
	char *agent;	     /* the guest's agent, which also runs here to list its scenarios */
	const char *version; /* of the lab's source, as git describes it */
};

/* A case that is chosen by name: KERNEL/MACHINE SCENARIO[DUT]. */
struct named_case {
	char *kernel;
	char *machine;
	char *scenario;
	char *dut;
};

/* Each once, in the order in which they were named. */
struct named_cases {
	struct named_case *items;
	size_t count;
};

/* What a command line may choose, with the variable of make that is its default. */
struct choice {
	struct list kernels;   /* --kernel, KERNELS=: globs */
	struct list machines;  /* --machine, MACHINES= */
	struct list scenarios; /* --scenario, SCENARIOS= */
	struct list duts;      /* --dut, DUTS= */
	unsigned int lanes;    /* --lanes, LANES= */
	unsigned int timeout;  /* --timeout, TIMEOUT=: seconds for every case, 0 each its own */
	const char *accel;     /* --accel, ACCEL=: "kvm" or "tcg" */
	enum stop stop;	       /* --stop, STOP= */
	bool reverse;	       /* --reverse */
	unsigned int repeat;   /* --repeat, REPEAT=: executions of each case; 0 is 1 */
	/* If there are any (runner/plan/named.h), no others run. */
	struct named_cases cases;
};

/* The version of the lab's source, as git describes it; "unknown" outside of a clone. */
const char *lab_version(void);

/* Read the environment that lab/tools/enter sets. 0, or -EINVAL and WHY. */
int settings_read(struct settings *settings, struct buf *why);

/* The defaults of a choice, from the environment. 0, or -EINVAL and WHY. */
int choice_read(struct choice *choice, struct buf *why);

/* "auto", "kvm" or "tcg" to what can be had here. 0, or -EINVAL and WHY. */
int choose_accel(const char *wanted, const char **accel, struct buf *why);

/* "run" (or "1") or "kernel": what is over at a FAIL. 0, or -EINVAL and WHY. */
int parse_stop(const char *value, enum stop *stop, struct buf *why);

/* A whole number from 1 to MOST. 0, or -EINVAL and WHY, which names WHAT. */
int parse_number(const char *what, const char *value, unsigned int most, unsigned int *number,
		 struct buf *why);

/* Free what CHOICE holds. */
void choice_free(struct choice *choice);

#endif
