/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guests of a run, numbered from 1 in the order in which they start. Numbers are unique across
 * all lanes.
 */
#ifndef RUNNER_LANE_GUESTS_H
#define RUNNER_LANE_GUESTS_H

struct guests {
	unsigned int count;
	unsigned int *current; /* by lane: the guest that it started last, or 0 */
	unsigned int lanes;
};

/* Note that LANE (1, 2, ...) started a guest, and give that guest the next number. */
void guests_start(struct guests *guests, unsigned int lane);

/* The number of the guest that LANE started last; 0: none. */
unsigned int guests_current(const struct guests *guests, unsigned int lane);

/* Free what GUESTS holds. */
void guests_free(struct guests *guests);

#endif
