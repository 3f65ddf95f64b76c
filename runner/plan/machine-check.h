/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether machines speak of scenarios that exist. */
#ifndef RUNNER_PLAN_MACHINE_CHECK_H
#define RUNNER_PLAN_MACHINE_CHECK_H

#include "lab/base/buf.h"
#include "runner/plan/catalog.h"
#include "runner/plan/machine.h"

/*
 * Check the DUTs of MACHINE against the scenarios of CATALOG: each glob of an only= must match one,
 * and one must need the purpose of a for=. Returns 0, or -ENOENT with a message in WHY.
 */
int machine_check(const struct machine *machine, const struct catalog *catalog, struct buf *why);

#endif
