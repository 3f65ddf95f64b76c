/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The history: all runs, in one SQLite file (docs/history.md). A run is added completely or not at
 * all, and never changes. Several programs may use the file at once, even from different sandboxes,
 * on a local file system. The file stays intact if one of them is killed.
 */
#ifndef REPORTS_HISTORY_HISTORY_H
#define REPORTS_HISTORY_HISTORY_H

#include "lab/base/buf.h"
#include "lab/base/list.h"
#include "reports/model/past.h"
#include "reports/model/results.h"

/* Time that a writer waits for others before it fails, in ms. */
#define HISTORY_WAIT_MS 30000

struct history;

/*
 * Open the history PATH. Creates it, with its folder, if it does not exist; migrates it if an older
 * version of the lab created it. Returns 0 and *HISTORY, which the caller closes, or -errno with a
 * message in WHY: -EINVAL if PATH is another file or a history of a newer lab.
 */
int history_open(const char *path, struct history **history, struct buf *why);

/* Close HISTORY, which may be NULL. */
void history_close(struct history *history);
#define cleanup_history __attribute__((cleanup(history_close_p)))
static inline void history_close_p(struct history **history)
{
	history_close(*history);
}

/*
 * Add the run NAME with its RESULTS. Waits for other writers for at most HISTORY_WAIT_MS. Returns
 * 0, 1 if HISTORY already has the same run, or -errno with a message in WHY. Nothing is added on an
 * error.
 */
int history_add(struct history *history, const char *name, const struct results *results,
		struct buf *why);

/*
 * Read the last run called NAME into RESULTS, which the caller frees in any case. They have the
 * kernels and cases of results.json, without logs. Returns 0, or -errno with a message in WHY:
 * -ENOENT if there is no such run.
 */
int history_load(struct history *history, const char *name, struct results *results,
		 struct buf *why);

/*
 * Fill PAST, which the caller frees in any case, with the last PAST_RUNS_MAX runs that began before
 * RESULTS and have one of their kernels, and with the marks of their cases. Returns 0, or -errno
 * with a message in WHY.
 */
int history_past(struct history *history, const struct results *results, struct past *past,
		 struct buf *why);

/*
 * Fill BEFORE, which the caller frees in any case, with what RESULTS are to be compared with: for
 * each kernel and machine, all cases of the last run that has both, was complete, began before
 * RESULTS, and has a name that matches the glob RUNS. It looks at HISTORY_BEFORE_MAX runs. Returns
 * 0, or -errno with a message in WHY.
 */
int history_before(struct history *history, const struct results *results, const char *runs,
		   struct results *before, struct buf *why);

/* How many runs history_before() looks at. */
#define HISTORY_BEFORE_MAX 60

/* A kernel in a run. */
struct history_run {
	char *name;
	char *started; /* UTC: "2026-01-02T03:04:05Z" */
	char *kernel;
	char *version;			/* of the kernel; "" if unknown */
	unsigned int of[VERDICT_COUNT]; /* number of attempts with each verdict */
	unsigned int known;		/* known failures among them */
	unsigned int flaky;		/* further attempts, not counted because a retry passed */
};

struct history_runs {
	struct history_run *items;
	size_t count;
};

/*
 * Append to RUNS the last COUNT runs of KERNELS (names), or of all kernels if the list is empty,
 * oldest first. Returns 0, or -errno with a message in WHY.
 */
int history_runs(struct history *history, const struct list *kernels, unsigned int count,
		 struct history_runs *runs, struct buf *why);

void history_runs_free(struct history_runs *runs);
#define cleanup_history_runs __attribute__((cleanup(history_runs_free)))

/* Append the names of all kernels or cases, sorted. Return 0, or -errno with a message in WHY. */
int history_kernels(struct history *history, struct list *names, struct buf *why);
int history_cases(struct history *history, struct list *names, struct buf *why);

/* How many runs history_failures() looks at. */
#define HISTORY_FAILURES_RUNS 30

/*
 * Append "CASE MACHINE" for each case that failed in one of the last runs, known failures apart.
 * Returns 0, or -errno with a message in WHY.
 */
int history_failures(struct history *history, struct list *names, struct buf *why);

/* The run in which an event happened to a case. */
struct moment {
	char *run; /* NULL: it never happened */
	char *started;
	char *version; /* of the kernel */
};

/*
 * A case through all runs, on kernels of one name, on one machine and in one mode. A flip is a
 * verdict (PASS or FAIL) that differs from that of the previous execution on the same build of the
 * kernel.
 */
struct track {
	char *kernel;
	char *machine;
	char *mode;
	struct buf strip; /* a mark (enum mark) for each run, oldest first */
	unsigned int runs;
	unsigned int pairs; /* executions that could have been a flip */
	unsigned int flips;
	bool fails; /* in the last run with a verdict, not as a known failure */
	struct moment first_failed;
	struct moment last_failed;
	struct moment since;  /* first failure after the last pass */
	struct moment passed; /* last pass */
};

struct tracks {
	struct track *items;
	size_t count;
};

/*
 * Append to TRACKS the tracks of the case NAME on KERNELS (names), or on all kernels if the list is
 * empty. Returns 0, or -errno with a message in WHY.
 */
int history_tracks(struct history *history, const char *name, const struct list *kernels,
		   struct tracks *tracks, struct buf *why);

void tracks_free(struct tracks *tracks);
#define cleanup_tracks __attribute__((cleanup(tracks_free)))

#endif
