/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guests of a run, numbered from 1 as they start: no two of them have the same number,
 * whatever their lanes.
 */
#ifndef RUNNER_LANE_GUESTS_H
#define RUNNER_LANE_GUESTS_H

#include <json-c/json.h>

struct guests {
	unsigned int count;
	unsigned int *current; /* of each lane: the last one that it started, or 0 */
	unsigned int lanes;
};

/*
 * LANE (1, 2, ...) sent EVENT (runner/guest/job.h). If that is about a guest, add to it the
 * members "guest" and "lane"; if it is the record of a case that ran, add them to that.
 */
void guests_event(struct guests *guests, unsigned int lane, json_object *event);

/* Free what GUESTS holds. */
void guests_free(struct guests *guests);

#endif
