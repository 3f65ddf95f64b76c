/* SPDX-License-Identifier: GPL-2.0-only */
/* The cases of a job: which ones, in what order, and how often. */
#ifndef RUNNER_PLAN_ARRANGE_H
#define RUNNER_PLAN_ARRANGE_H

#include "runner/plan/plan.h"
#include "runner/plan/selection.h"

/* What a plan is made from. */
struct planning {
	const struct settings *settings;
	const struct inventory *inventory;
	const struct choice *choice;
	const struct selection *selection;
	enum job_mode mode;
};

/*
 * Give JOB, which has its kernel and no cases, those that PLANNING comes to on MACHINE, numbered
 * from 1. Those that the machine or the DUT rules out are added to REFUSALS, unless that is NULL.
 * Returns 0, or -E2BIG with a message in WHY if they are to be repeated too often.
 */
int arrange_cases(const struct planning *planning, const struct machine *machine,
		  struct refusals *refusals, struct job *job, struct buf *why);

#endif
