/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guests of a run, numbered from 1 as they start: no two of them have the same number, whatever
 * their lanes.
 */
#ifndef RUNNER_LANE_GUESTS_H
#define RUNNER_LANE_GUESTS_H

struct guests {
	unsigned int count;
	unsigned int *current; /* of each lane: the last one that it started, or 0 */
	unsigned int lanes;
};

/* LANE (1, 2, ...) started a guest. */
void guests_start(struct guests *guests, unsigned int lane);

/* The last guest that LANE started; 0: none. */
unsigned int guests_current(const struct guests *guests, unsigned int lane);

/* Free what GUESTS holds. */
void guests_free(struct guests *guests);

#endif
