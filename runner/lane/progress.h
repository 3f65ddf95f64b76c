/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is shown during a run. On a terminal, a line for each lane and one for the total are redrawn
 * below what is printed; elsewhere, plain lines say what failed and, every ten seconds, how far the
 * run is.
 */
#ifndef RUNNER_LANE_PROGRESS_H
#define RUNNER_LANE_PROGRESS_H

#include "reports/model/record.h"
#include "runner/guest/wire.h"
#include "runner/plan/durations.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress;

struct progress_run {
	FILE *out;
	bool verbose;	    /* print each case, not only those that failed */
	unsigned int lanes; /* how many there may be */
	const struct job *jobs;
	size_t count;
	const struct durations *durations;
	int64_t (*now_ms)(void); /* a clock that never goes back */
};

/* Begin to show RUN. OUT stays the caller's. The caller frees the result with progress_end(). */
struct progress *progress_begin(const struct progress_run *run);

/*
 * LANE, which is at JOB, sent EVENT. RECORD: that of the event's case, which has the result by now;
 * NULL if the event is not about a case.
 */
void progress_event(struct progress *progress, unsigned int lane, const struct job *job,
		    const struct event *event, const struct record *record);

/* Time has passed: to be called about once a second, so that a lane that waits can say for what. */
void progress_tick(struct progress *progress);

/* Take the lanes' lines off the terminal, and free PROGRESS. */
void progress_end(struct progress *progress);

#endif
