/* SPDX-License-Identifier: GPL-2.0-only */
/* Cut a plan's jobs so that lanes end together. */
#ifndef RUNNER_PLAN_SHARE_H
#define RUNNER_PLAN_SHARE_H

#include "runner/plan/plan.h"

/*
 * Cut the jobs of PLAN that would keep one of LANES busy while the others have ended, by what their
 * cases took before, and put the longest first. A job that is cut becomes parts, each with a guest
 * of its own: member part of struct job. DURATIONS may be NULL.
 */
void share_jobs(struct plan *plan, const struct durations *durations, unsigned int lanes);

#endif
