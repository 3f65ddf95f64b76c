/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The history: all runs ever, in one SQLite file (docs/history.md). A run is added whole or not at
 * all, and never changed. Several programs may use the file at once, also from several sandboxes,
 * on a local file system; one that is killed leaves a whole file.
 */
#ifndef REPORTS_HISTORY_HISTORY_H
#define REPORTS_HISTORY_HISTORY_H

#include "lab/base/buf.h"
#include "lab/base/list.h"
#include "reports/model/past.h"
#include "reports/model/results.h"

/* A writer waits this long for others, in ms, and fails then. */
#define HISTORY_WAIT_MS 30000

/* Modes in which a case may run; until records have one, all have this. */
#define HISTORY_MODE "type1"

struct history;

/*
 * Open the history PATH; it is made, with its folder, if it does not exist, and brought up to this
 * version of the lab if an older one made it. Returns 0 and *HISTORY, which the caller closes, or
 * -errno with a message in WHY: -EINVAL if PATH is something else or of a newer lab.
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
 * Add the run NAME with its RESULTS. Waits for other writers up to HISTORY_WAIT_MS. Returns 0, 1 if
 * HISTORY has this very run already, or -errno with a message in WHY; nothing is added then.
 */
int history_add(struct history *history, const char *name, const struct results *results,
		struct buf *why);

/*
 * Read the last run called NAME into RESULTS, which the caller frees in any case: what results.json
 * had of kernels and cases, without logs. Returns 0, or -errno with a message in WHY: -ENOENT if
 * there is no such run.
 */
int history_load(struct history *history, const char *name, struct results *results,
		 struct buf *why);

/* A kernel in a run. */
struct history_run {
	char *name;
	char *started; /* UTC: "2026-01-02T03:04:05Z" */
	char *kernel;
	char *version;			/* of the kernel; "" if not known */
	unsigned int of[VERDICT_COUNT]; /* attempts with each verdict */
	unsigned int known;		/* failures among them that are known */
	unsigned int flaky; /* attempts besides, that do not count because a retry passed */
};

struct history_runs {
	struct history_run *items;
	size_t count;
};

/*
 * Append to RUNS the last COUNT of those of KERNELS (names), or of all if that is empty, the oldest
 * first. Returns 0, or -errno with a message in WHY.
 */
int history_runs(struct history *history, const struct list *kernels, unsigned int count,
		 struct history_runs *runs, struct buf *why);

void history_runs_free(struct history_runs *runs);
#define cleanup_history_runs __attribute__((cleanup(history_runs_free)))

/* Append the names of all kernels, or of all cases, in order. Returns 0, or -errno and WHY. */
int history_kernels(struct history *history, struct list *names, struct buf *why);
int history_cases(struct history *history, struct list *names, struct buf *why);

/* A run in which something happened to a case. */
struct moment {
	char *run; /* NULL: it never happened */
	char *started;
	char *version; /* of the kernel */
};

/*
 * A case on the kernels of one name, on one machine and in one mode, over all runs. A flip is a
 * different verdict (PASS or FAIL) than the execution before it had on the very same kernel.
 */
struct track {
	char *kernel;
	char *machine;
	char *mode;
	struct buf strip; /* a mark for each run, the oldest first: enum mark */
	unsigned int runs;
	unsigned int pairs; /* executions that could be a flip */
	unsigned int flips;
	bool fails; /* in the last run that judged it, other than known */
	struct moment first_failed;
	struct moment last_failed;
	struct moment since;  /* the first failure since it last passed */
	struct moment passed; /* it last passed */
};

struct tracks {
	struct track *items;
	size_t count;
};

/*
 * Append to TRACKS those of the case NAME on KERNELS (names), or on all if that is empty. Returns
 * 0, or -errno with a message in WHY.
 */
int history_tracks(struct history *history, const char *name, const struct list *kernels,
		   struct tracks *tracks, struct buf *why);

void tracks_free(struct tracks *tracks);
#define cleanup_tracks __attribute__((cleanup(tracks_free)))

#endif
