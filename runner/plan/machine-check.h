/* SPDX-License-Identifier: GPL-2.0-only */
/* Check that the scenarios named in machine descriptions exist. */
#ifndef RUNNER_PLAN_MACHINE_CHECK_H
#define RUNNER_PLAN_MACHINE_CHECK_H

#include "lab/base/buf.h"
#include "runner/plan/catalog.h"
#include "runner/plan/machine.h"

/*
 * Check the DUTs of MACHINE against CATALOG: each glob of an only= must match a scenario, and a
 * scenario must need the purpose of each for=. Returns 0, or -ENOENT with a message in WHY.
 */
int machine_check(const struct machine *machine, const struct catalog *catalog, struct buf *why);

#endif
