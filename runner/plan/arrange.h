/* SPDX-License-Identifier: GPL-2.0-only */
/* The cases of a job: which ones, in which order, and how many executions of each. */
#ifndef RUNNER_PLAN_ARRANGE_H
#define RUNNER_PLAN_ARRANGE_H

#include "runner/plan/plan.h"
#include "runner/plan/selection.h"

/* The inputs of a plan. */
struct planning {
	const struct settings *settings;
	const struct inventory *inventory;
	const struct choice *choice;
	const struct selection *selection;
	enum job_kind kind;
	const struct durations *durations; /* may be NULL */
	struct named_cases named;	   /* those of a job; set by arrange_cases() */
};

/*
 * Add to JOB, whose kernel is set, the cases that PLANNING selects on MACHINE, numbered from 1.
 * Adds the cases that the machine or the DUT rules out to REFUSALS, unless that is NULL. Returns 0,
 * or -E2BIG with a message in WHY if the repeats make more than JOB_CASES_MAX cases.
 */
int arrange_cases(const struct planning *planning, const struct machine *machine,
		  struct refusals *refusals, struct job *job, struct buf *why);

#endif
