/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long the rest of a run takes, by what its cases took before (runner/plan/durations.h) and by
 * its pace so far.
 */
#ifndef RUNNER_LANE_ESTIMATE_H
#define RUNNER_LANE_ESTIMATE_H

#include <stdint.h>

struct estimate {
	int64_t total_ms; /* of all cases, one after the other */
	int64_t done_ms;  /* of those that are done */
	unsigned int lanes;
};

/* Milliseconds that are left ELAPSED_MS after the start. */
int64_t estimate_left_ms(const struct estimate *estimate, int64_t elapsed_ms);

/* "45 s", "2 min 10 s", "1 h 5 min": not finer than an estimate is. The caller frees it. */
char *estimate_text(int64_t ms);

#endif
