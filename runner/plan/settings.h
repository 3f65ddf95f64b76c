/* SPDX-License-Identifier: GPL-2.0-only */
/* The paths of the lab's files, and the caller's choices. Read once, never changed. */
#ifndef RUNNER_PLAN_SETTINGS_H
#define RUNNER_PLAN_SETTINGS_H

#include "lab/base/buf.h"
#include "lab/base/list.h"
#include "lab/base/mode.h"
#include "runner/plan/shard.h"

#include <stdbool.h>

/* Limits of LANES= and TIMEOUT= (seconds). */
#define LANES_MAX   64
#define TIMEOUT_MAX 3600

/* Limits: executions of each case, and executions of all cases of one machine on one kernel. */
#define REPEAT_MAX    1000
#define RETRY_MAX     10
#define JOB_CASES_MAX 100000

/* After a FAIL: continue, end the run, or skip the remaining cases of that kernel. */
enum stop { STOP_NEVER, STOP_RUN, STOP_KERNEL };

/* Trace what happens to device models: nothing, all that reaches them, or mapped memory as well. */
enum trace_choice { TRACE_OFF, TRACE_ON, TRACE_ALL };

struct ranking;

struct settings {
	const char *top;      /* the lab's source folder */
	const char *extra;    /* LAB_EXTRA=: folders like it, separated by ':'; NULL: none */
	struct list roots;    /* top and the folders of extra (runner/plan/roots.h) */
	const char *out;      /* O= */
	const char *cache;    /* LAB_CACHE= */
	char *history;	      /* LAB_HISTORY=: database of all runs, by default in LAB_CACHE= */
	const char *self;     /* path of this program */
	const char *suites;   /* SUITES=, --suites: folders, separated by ':'; NULL: none */
	const char *uri;      /* LAB_URI=, or NULL: libvirt embedded in each lane */
	struct list machines; /* paths of the machines' XML */
	struct list files;    /* those of them that the user named by their paths */
	struct list visible;  /* further folders and files that a lane reads */
	char *agent;	      /* path of the guest's agent; on the host it lists the scenarios */
	const char *version;  /* of the lab's source, as git describes it */
};

/* A case selected by name: KERNEL/MACHINE SCENARIO[DUT] or SCENARIO[DUT,MODE]. */
struct named_case {
	char *kernel;
	char *machine;
	char *scenario;
	char *dut;
	enum mode mode;
};

/* No duplicates, in the order in which they were named. */
struct named_cases {
	struct named_case *items;
	size_t count;
};

/* The options of a command line, each with the make variable that sets its default. */
struct choice {
	const char *replay;    /* --replay: a log of accesses to these devices; NULL: none */
	const char *suites;    /* --suites; NULL: those of SUITES= */
	const char *image;     /* --image, IMAGE=: "busybox" or "cloud"; NULL: not set */
	const char *user_data; /* --user-data: a file for cloud-init; NULL: none */
	const char *lspci;     /* --lspci, LSPCI=: a dump whose devices are the DUTs; NULL: none */
	struct list kernels;   /* --kernel, KERNELS=: globs */
	struct list machines;  /* --machine, MACHINES= */
	struct list scenarios; /* --scenario, SCENARIOS= */
	struct list duts;      /* --dut, DUTS= */
	struct list modes;     /* --mode, MODES= */
	unsigned int lanes;    /* --lanes, LANES=; 0: as many as the host bears */
	unsigned int timeout;  /* --timeout, TIMEOUT=: seconds for every case; 0: not set */
	const char *accel;     /* --accel, ACCEL=: "kvm" or "tcg" */
	enum stop stop;	       /* --stop, STOP= */
	bool reverse;	       /* --reverse */
	bool reach;	       /* --reach: keep which lines each case reaches */
	enum trace_choice trace; /* --trace, TRACE= */
	struct shard shard;	 /* --shard, SHARD= */
	unsigned int repeat;	 /* --repeat, REPEAT=: executions of each case; 0 is 1 */
	unsigned int retry;	 /* --retry, RETRY=: further executions of a case that fails */
	const char *flaky;	 /* FLAKY=: "fail" if a case that a retry passes is a failure */
	const struct ranking *ranking; /* which cases matter more (runner/plan/rank.h), or NULL */
	bool only_changed; /* --only, ONLY=: leave out cases that do not reach a change */
	/* If not empty, only these run (runner/plan/named.h). */
	struct named_cases cases;
};

/* The version of the lab's source, as git describes it; "unknown" outside of a clone. */
const char *lab_version(void);

/*
 * Read the environment that lab/tools/enter sets. Returns 0, or -EINVAL with a message in WHY if a
 * variable is missing.
 */
int settings_read(struct settings *settings, struct buf *why);

/*
 * Set CHOICE to the defaults from the environment. Returns 0, or -EINVAL with a message in WHY. The
 * caller frees CHOICE in any case.
 */
int choice_read(struct choice *choice, struct buf *why);

/*
 * Set *ACCEL to "kvm" or "tcg" as WANTED ("auto", "kvm" or "tcg") and the host allow. Returns 0, or
 * -EINVAL with a message in WHY. May block for 100 ms (kvm_usable).
 */
int choose_accel(const char *wanted, const char **accel, struct buf *why);

/* Parse "run" (or "1") or "kernel". Returns 0, or -EINVAL with a message in WHY. */
int parse_stop(const char *value, enum stop *stop, struct buf *why);

/* Parse "changed". Returns 0, or -EINVAL with a message in WHY. */
int parse_only(const char *value, bool *only_changed, struct buf *why);

/* Parse "1", "all" or "0". Returns 0, or -EINVAL with a message in WHY. */
int parse_trace(const char *value, enum trace_choice *trace, struct buf *why);

/*
 * Parse VALUE, a whole number from 1 to MAX. Returns 0, or -EINVAL with a message in WHY that names
 * WHAT.
 */
int parse_number(const char *what, const char *value, unsigned int max, unsigned int *number,
		 struct buf *why);

/* Free what CHOICE holds. */
void choice_free(struct choice *choice);

#endif
