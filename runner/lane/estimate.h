/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Estimate how long the rest of a run takes, from the durations of earlier runs
 * (runner/plan/durations.h) and the pace of this run so far.
 */
#ifndef RUNNER_LANE_ESTIMATE_H
#define RUNNER_LANE_ESTIMATE_H

#include <stdint.h>

struct estimate {
	int64_t total_ms; /* expected duration of all cases, run one after the other */
	int64_t done_ms;  /* expected duration of the finished cases */
	unsigned int lanes;
};

/* The estimated time left, in ms, when ELAPSED_MS have passed since the start. */
int64_t estimate_left_ms(const struct estimate *estimate, int64_t elapsed_ms);

/* MS as "45 s", "2 min 10 s" or "1 h 5 min", rounded to 5 s. The caller frees it. */
char *estimate_text(int64_t ms);

#endif
