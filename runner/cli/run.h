/* SPDX-License-Identifier: GPL-2.0-only */
/* One run, as the files of vfiolab run share it. */
#ifndef RUNNER_CLI_RUN_H
#define RUNNER_CLI_RUN_H

#include "reports/model/known.h"
#include "reports/model/results.h"
#include "runner/lane/guests.h"
#include "runner/lane/progress.h"
#include "runner/plan/plan.h"

struct run {
	const struct settings *settings;
	struct choice choice;
	struct plan plan;
	struct durations *durations;
	char *folder;
	struct results results;
	struct known known;
	struct progress *progress;
	struct guests guests;
	struct list failed; /* kernels with a case that failed and is not known to */
	const char *cases;  /* file that names them, or NULL */
	bool again;	    /* run what failed in the latest run */
	bool dry;
	bool verbose;
	const char *name; /* of the folder below O= that has the runs' folders */
	char *reports;	  /* its path */
	int64_t started_ms;
	struct buf lab_error; /* the first thing that went wrong with the lab itself */
};

/*
 * Put what is known before the run into its results: cases, kernels, machines, scenarios. Each case
 * of the plan learns the place of its record.
 */
void run_describe(struct run *run, const struct inventory *inventory);

/*
 * Add a record for each case of PLAN to the results: one that no lane reports is a MISS. The case
 * learns its place.
 */
void run_add_cases(struct run *run, struct plan *plan);

/*
 * Plan what failed or had an error, and is not known to, once more, each machine in a guest of its
 * own, as RETRY, a zeroed plan whose cases have their records. ROUND counts from 1. Returns 0 or
 * -errno.
 */
int run_plan_retry(struct run *run, unsigned int round, struct plan *retry);

/*
 * Put EVENT, which LANE sent while it was at JOB, into the results. Returns the record of the case
 * that it is about, which has its result by then; NULL if it is about none. RUN owns the record.
 */
struct record *run_take_event(struct run *run, unsigned int lane, const struct job *job,
			      const struct event *event);

/* Whether JOB is to run, or to go on, after what failed so far (STOP=). */
bool run_wants(const struct run *run, const struct job *job);

/* Whether cases were left out because of STOP=. */
bool run_was_stopped(const struct run *run);

/*
 * Give all cases that did not run, and all guests that were ended, a reason. ERR is what pool_run()
 * returned.
 */
void run_miss_rest(struct run *run, int err);

/*
 * Store the results and STATUS in the run's folder, and make "latest" lead there. Returns 0, or
 * -errno with a message in WHY.
 */
int run_store(const struct run *run, int status, struct buf *why);

/* Print the report on the results: the table, what failed, the comparisons. */
void run_print(const struct run *run);

/*
 * Compare the kernels, store the results, the streams and the exit status in the run's folder, and
 * print the report. INTERRUPTED: cases did not run because of a signal. Returns the exit status.
 */
int run_conclude(struct run *run, bool interrupted);

/*
 * Add the results to the history (LAB_HISTORY=), unless the run is one of those that are put
 * elsewhere (--reports). A history that cannot be written is a warning: the run has its results.
 */
void run_remember(const struct run *run);

#endif
