/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guests that could only skip their cases: no DUT has its variant driver, because the kernel cannot
 * have it. kernel/build says so in O/kernels/NAME.without: modules that need something newer. One
 * that does not build is not among them, so its cases are skipped, and the skip is news.
 */
#ifndef RUNNER_PLAN_OMIT_H
#define RUNNER_PLAN_OMIT_H

#include "runner/plan/arrange.h"

/*
 * Whether JOB, on MACHINE, is not worth a guest: each case needs a driver that the kernel cannot
 * have, nor any selected kernel of the same tree. For a job without cases, each DUT counts. Cases
 * that are selected by name are always worth one. Adds the reason to OMITTED.
 */
bool omit_job(const struct planning *planning, const struct machine *machine, const struct job *job,
	      struct list *omitted);

#endif
