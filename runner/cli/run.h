/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of a run, shared by the files of vfiolab run. */
#ifndef RUNNER_CLI_RUN_H
#define RUNNER_CLI_RUN_H

#include "reports/model/known.h"
#include "reports/model/results.h"
#include "runner/cli/debug.h"
#include "runner/lane/guests.h"
#include "runner/lane/progress.h"
#include "runner/plan/plan.h"

struct changed;
struct ready_lanes;

struct run {
	struct settings own_settings;
	const struct settings *settings; /* own_settings, once they are made */
	struct choice choice;
	struct plan plan;
	struct durations *durations;
	struct changed *changed; /* what the ranking of the choice goes by, or NULL */
	/*
	 * For vfiolab watch: the snapshot of KDIR= that ran before, NULL: compare with the last
	 * commit; the cases that failed, "NAME MACHINE", NULL: those of the latest run; and who
	 * wants each result.
	 */
	const char *since;
	const struct list *failing;
	void (*listener)(void *context, const struct record *record);
	void *listener_context;
	/* Also for it: lanes whose guests stand by, and what the image has beyond theirs. */
	struct ready_lanes *ready;
	const struct image_delta *delta;
	char *folder;
	struct results results;
	struct known known;
	struct progress *progress;
	struct guests guests;
	struct list failed; /* kernels with a failed case that is not a known failure */
	const char *cases;  /* file that names them, or NULL */
	uint64_t plan_hash; /* of all scenarios and machines (runner/reach/plan-hash.h) */
	bool again;	    /* run what failed in the latest run */
	bool dry;
	bool verbose;
	struct debug debug;
	const char *name; /* name of the folder below O= that contains the runs' folders */
	char *reports;	  /* path of that folder */
	int64_t started_ms;
	struct buf lab_error; /* the first failure of the lab itself */
};

/* The options, for a struct run. */
extern const struct argp run_argp;

/*
 * Set the defaults of RUN from the make variables FAILED=, REPEAT=, RETRY=, FLAKY= and those of
 * debug_read(). Returns 0, or -EINVAL with a message in WHY.
 */
int run_read_variables(struct run *run, struct buf *why);

/*
 * Put everything that is known before the run into its results: cases, kernels, machines,
 * scenarios. Stores the index of its record in each case of the plan.
 */
void run_describe(struct run *run, const struct inventory *inventory);

/*
 * Add a record for each case of PLAN to the results, with verdict MISS until a lane reports a
 * result. Stores the index of the record in the case.
 */
void run_add_cases(struct run *run, struct plan *plan);

/*
 * Plan to rerun the cases that failed or had an error, except for known failures. RETRY is a zeroed
 * plan; each machine gets its own guest, and each case a record. ROUND counts from 1. Returns 0 or
 * -errno.
 */
int run_plan_retry(struct run *run, unsigned int round, struct plan *retry);

/*
 * Put EVENT, which LANE sent while running JOB, into the results. Returns the record of the event's
 * case, with its result, or NULL if the event is not about a case. RUN owns the record.
 */
struct record *run_take_event(struct run *run, unsigned int lane, const struct job *job,
			      const struct event *event);

/* Whether JOB may run or continue after the failures so far (STOP=). */
bool run_wants(const struct run *run, const struct job *job);

/* Whether cases did not run because of STOP=. */
bool run_was_stopped(const struct run *run);

/*
 * Set the reasons of all cases that did not run, and of all guests that were killed. ERR is the
 * result of pool_run().
 */
void run_miss_rest(struct run *run, int err);

/*
 * Plan and run what the choice of RUN selects, and report. Returns the exit status. The caller
 * frees RUN with run_free() in any case.
 */
int run_carry_out(struct run *run, const struct settings *settings);

/* The same, but only plan: the plan of RUN has the jobs. */
int run_plan_only(struct run *run, const struct settings *settings);

void run_free(struct run *run);
#define cleanup_run __attribute__((cleanup(run_free)))

/*
 * Store the results and STATUS in the run's folder, and make "latest" lead there. Returns 0, or
 * -errno with a message in WHY.
 */
int run_store(const struct run *run, int status, struct buf *why);

/* Print the report of the results: the table, the failures, the comparisons. */
void run_print(const struct run *run);

/*
 * Compare the kernels, store the results, the streams and the exit status in the run's folder, and
 * print the report. INTERRUPTED is set if a signal ended the run. Returns the exit status.
 */
int run_conclude(struct run *run, bool interrupted);

/* Whether CHOICE selects some cases only. */
bool run_is_selection(const struct choice *choice);

/*
 * Store what the cases reach in LAB_CACHE (--reach), and print how much that is. Removes the
 * counters from the run's folder. Returns 0, or -errno with a message in WHY.
 */
int run_keep_reach(const struct run *run, struct buf *why);

/*
 * Add the results to the history (LAB_HISTORY=), unless --reports puts them elsewhere. An error is
 * only a warning, because the results are stored already.
 */
void run_remember(const struct run *run);

#endif
