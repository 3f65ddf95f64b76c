/* SPDX-License-Identifier: GPL-2.0-only */
/* The work that one guest is given: the answer to its request "plan" (docs/protocol.md). */
#ifndef RUNNER_GUEST_GUEST_PLAN_H
#define RUNNER_GUEST_GUEST_PLAN_H

#include "lab/base/buf.h"
#include "runner/plan/machine.h"

#include <json-c/json.h>
#include <stdbool.h>

/* The factor on the deadlines of the job SPEC. */
double job_scale(json_object *spec);

/*
 * Append to PLAN the work of a guest of the job SPEC (runner/guest/job.h) on MACHINE: COUNT CASES.
 * FIRST: it begins the KTAP stream. SCALE: the factor on its deadlines.
 */
void guest_plan(json_object *spec, const struct machine *machine, json_object **cases, size_t count,
		bool first, double scale, struct buf *plan);

#endif
