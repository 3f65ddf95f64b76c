/* SPDX-License-Identifier: GPL-2.0-only */
/* The order of a job's cases, if some of them matter more than others to the caller. */
#ifndef RUNNER_PLAN_RANK_H
#define RUNNER_PLAN_RANK_H

#include "runner/plan/durations.h"
#include "runner/plan/job.h"

/* What a case is to the change that a run tests, the most important first. */
enum rank {
	RANK_FAILED,	/* it failed in the last run */
	RANK_SENSITIVE, /* it reaches the change, and has failed in an earlier run */
	RANK_BODY,	/* its scenario reaches the change */
	RANK_SETUP,	/* the preparation of its DUT does */
	RANK_UNKNOWN,	/* nobody knows what it reaches */
	RANK_REST,	/* it does not reach the change */
};

struct ranking {
	enum rank (*of)(const void *context, const char *machine, const char *name);
	const void *context;
	bool only; /* leave out the rest */
};

/* How many cases of a kernel there are, and how many are not the rest. */
struct ranked {
	size_t all, chosen;
};

/*
 * Sort the cases of JOB by their ranks, of each rank the dear ones last, and number them anew. Sets
 * JOB's leading to the number of those that are not the rest; drops the rest if RANKING says so.
 * Adds to RANKED. DURATIONS may be NULL.
 */
void rank_cases(const struct ranking *ranking, const struct durations *durations, struct job *job,
		struct ranked *ranked);

#endif
