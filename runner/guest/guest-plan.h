/* SPDX-License-Identifier: GPL-2.0-only */
/* The work of one guest: the answer to its request "plan" (docs/protocol.md). */
#ifndef RUNNER_GUEST_GUEST_PLAN_H
#define RUNNER_GUEST_GUEST_PLAN_H

#include "lab/base/buf.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"

#include <stdbool.h>

/*
 * Append to PLAN the work of a guest of JOB on MACHINE: the cases from index NEXT on. FIRST: the
 * guest writes the header of the KTAP stream. SCALE: factor on all deadlines.
 */
void guest_plan(const struct job *job, const struct machine *machine, size_t next, bool first,
		double scale, struct buf *plan);

#endif
