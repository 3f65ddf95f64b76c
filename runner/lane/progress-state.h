/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of the progress display, shared by what counts (progress.c) and what draws it. */
#ifndef RUNNER_LANE_PROGRESS_STATE_H
#define RUNNER_LANE_PROGRESS_STATE_H

#include "runner/lane/estimate.h"
#include "runner/lane/progress.h"

enum phase { PHASE_START, PHASE_BOOT, PHASE_SET_UP, PHASE_CASE, PHASE_BETWEEN };

struct lane_view {
	const struct job *job;
	enum phase phase;
	int64_t since_ms;   /* start of the phase */
	char *name;	    /* of the case */
	unsigned int guest; /* number of the current guest in the run; 0: none yet */
	size_t done, total;
	int64_t left_ms; /* expected duration of the cases without a result */
	int64_t reported_ms;
};

struct progress {
	FILE *out;
	bool live; /* lines are redrawn */
	bool verbose;
	int64_t (*now_ms)(void);
	unsigned int lanes;
	unsigned int drawn; /* number of redrawn lines now on the terminal */
	int64_t drawn_ms, started_ms, reported_ms;
	size_t done, total;
	unsigned int failed;
	struct estimate estimate;
	const struct durations *durations;
	const struct guests *guests;
	struct lane_view views[];
};

/* Erase the lines that progress_draw() has drawn, if any. */
void progress_erase(struct progress *progress);

/*
 * Draw a line for each lane, and the total, if the output is a terminal. Draws no more lines than
 * it has: lines that scrolled off cannot be erased.
 */
void progress_draw(struct progress *progress);

/*
 * The present activity of a lane, with duration and reason if it takes long. The caller frees it.
 */
char *lane_activity(const struct progress *progress, const struct lane_view *view);

/* The kernel and machine of the lane's job: "base/pci". The caller frees it. */
char *lane_place(const struct lane_view *view);

/* "3 failed, about 1 min 50 s left". The caller frees it. */
char *progress_outlook(const struct progress *progress);

#endif
