/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Output during a run. On a terminal, one line per lane and a total are redrawn below the lines
 * that stay. Elsewhere, plain lines report failures and, every ten seconds, the progress.
 */
#ifndef RUNNER_LANE_PROGRESS_H
#define RUNNER_LANE_PROGRESS_H

#include "reports/model/record.h"
#include "runner/guest/wire.h"
#include "runner/lane/guests.h"
#include "runner/plan/durations.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress;

struct progress_run {
	FILE *out;
	bool verbose;	    /* print every case, not only failures */
	unsigned int lanes; /* maximum number of lanes */
	const struct job *jobs;
	size_t count;
	const struct durations *durations;
	const struct guests *guests; /* of the run; counts a guest before its event is shown */
	int64_t (*now_ms)(void);     /* a monotonic clock */
};

/*
 * Start the output for RUN. The caller keeps OUT open, and frees the result with progress_end().
 * Never NULL.
 */
struct progress *progress_begin(const struct progress_run *run);

/*
 * Show EVENT, which LANE (1, 2, ...) sent while running JOB. RECORD is the record of the event's
 * case, with its result; NULL if the event is not about a case.
 */
void progress_event(struct progress *progress, unsigned int lane, const struct job *job,
		    const struct event *event, const struct record *record);

/* Print LINE between those of the run. */
void progress_text(struct progress *progress, const char *line);

/* Update the elapsed times. The caller calls it about once a second. */
void progress_tick(struct progress *progress);

/* Erase the lanes' lines from the terminal and free PROGRESS. */
void progress_end(struct progress *progress);

#endif
