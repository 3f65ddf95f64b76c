/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfiolab bisect: the case, the folder with everything that a bisection makes, and the test of one
 * kernel.
 */
#ifndef RUNNER_BISECT_BISECT_H
#define RUNNER_BISECT_BISECT_H

#include "reports/model/results.h"
#include "runner/bisect/bisection.h"
#include "runner/bisect/tool.h"
#include "runner/plan/settings.h"

/* The exit status if there is no answer: the ends do not differ, or what is left was skipped. */
#define EXIT_NO_ANSWER 1

struct bisect {
	const struct settings *settings;
	/* O=/bisect: O= of kernel/build and vfiolab run. It has a link to the lab's programs. */
	char *out;
	char *log; /* of the last test, below OUT */
	char *scenario;
	char *dut; /* or "DUT,MODE" */
	char *machine;
	const char *kernel; /* --kernel: the kernel below the series, or NULL */
	const char *series;
	const char *good; /* --good and --bad: commits of KDIR= */
	const char *bad;
	const char *packages[2];
	unsigned int tries; /* executions of the case on each kernel; one FAIL makes it bad */
	unsigned int tests; /* kernels tested so far */
	bool prepare;	    /* only name the kernels that must be fetched */
};

/* The test of one kernel. */
struct trial {
	enum outcome outcome;
	char *verdict;	/* "PASS", "FAIL", ..., or "SKIP" if the kernel does not build */
	char *reason;	/* "" if there is none */
	double seconds; /* duration of build and run */
};

/*
 * Begin a tool whose log is that of the current test. The caller adds arguments, runs it and frees
 * it.
 */
struct tool bisect_tool(const struct bisect *bisect, const char *program);

/*
 * Run TOOL, which must exit with 0. Returns 0, or -errno with a message in WHY, taken from the
 * last line "vfiolab: ..." of the log; -EINTR after a signal.
 */
int bisect_do(const struct bisect *bisect, const struct tool *tool, struct buf *why);

/* Begin the next test: it gets a log of its own. */
void bisect_next_log(struct bisect *bisect);

/*
 * Build the kernel NAME (kernel/build), with the patches SERIES unless that is NULL, and its image
 * as CALLED. Returns 0; 1 if the source does not build, with the reason in WHY; or -errno with a
 * message in WHY, -EINTR after a signal.
 */
int bisect_build(const struct bisect *bisect, const char *name, const char *series,
		 const char *called, struct buf *why);

/*
 * Run the case on the built KERNELS, each as often as bisect->tries says. Stores the results in
 * RESULTS, which the caller frees. Returns 0, or -errno with a message in WHY.
 */
int bisect_run(const struct bisect *bisect, const struct list *kernels, struct results *results,
	       struct buf *why);

/* Set the outcome of TRIAL from the attempts at the case on KERNEL in RESULTS. */
void bisect_judge(const struct results *results, const char *kernel, struct trial *trial);

/*
 * Build a kernel as bisect_build(), and run the case on it. Returns 0 with the outcome in TRIAL, or
 * -errno with a message in WHY if the lab failed, or after a signal.
 */
int bisect_test(struct bisect *bisect, const char *name, const char *series, const char *called,
		struct trial *trial, struct buf *why);

/* Print the outcome of TRIAL, below the line that says what is tested. */
void trial_print(const struct trial *trial);

/*
 * Check the test of an end, which must have the outcome WANTED. Returns 0, or EXIT_NO_ANSWER or, if
 * the lab failed, -EIO, with a message in WHY that names the END.
 */
int trial_require(const struct trial *trial, enum outcome wanted, const char *end, struct buf *why);

void trial_free(struct trial *trial);
#define cleanup_trial __attribute__((cleanup(trial_free)))

/*
 * Store in *NAME, which the caller frees, the name that kernel/list has for CHOICE: a kernel, or
 * the path of a linux-image package. Returns 0, or -errno with a message in WHY.
 */
int bisect_name(const struct bisect *bisect, const char *choice, char **name, struct buf *why);

/*
 * With bisect->prepare: store LINES in O=/bisect/fetch, for runner/bisect/start: the names of the
 * kernels to fetch, and KERNELS= for kernel/fetch if that is not the same. Returns 0, or -errno
 * with a message in WHY.
 */
int bisect_fetch(const struct bisect *bisect, const char *lines, struct buf *why);

/*
 * The three ways to bisect. Each returns the exit status: 0 found, EXIT_NO_ANSWER, or -errno with a
 * message in WHY. With bisect->prepare, they only store in O=/bisect/fetch what kernel/fetch has to
 * fetch.
 */
int bisect_series(struct bisect *bisect, struct buf *why);
int bisect_commits(struct bisect *bisect, struct buf *why);
int bisect_packages(struct bisect *bisect, struct buf *why);

#endif
