/* SPDX-License-Identifier: GPL-2.0-only */
/* Split a plan's jobs so that all lanes end at about the same time. */
#ifndef RUNNER_PLAN_SHARE_H
#define RUNNER_PLAN_SHARE_H

#include "runner/plan/plan.h"

/*
 * Split the jobs of PLAN that would keep one of LANES busy after the others have ended, and sort
 * all jobs, the longest first. DURATIONS estimates how long each case takes; it may be NULL. Each
 * part of a split job gets its own guest (member part of struct job).
 */
void share_jobs(struct plan *plan, const struct durations *durations, unsigned int lanes);

#endif
