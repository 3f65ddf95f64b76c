/* SPDX-License-Identifier: GPL-2.0-only */
/* How many guests run at a time. */
#ifndef RUNNER_PLAN_LANE_COUNT_H
#define RUNNER_PLAN_LANE_COUNT_H

#include "runner/plan/plan.h"

/* The memory of guests that need no more, in MiB: lab/machines/common.xml. */
#define LANE_GUEST_MIB 512

/* What a lane takes of the host's memory in MiB, beside the memory of its guest. */
#define LANE_OWN_MIB 256

/*
 * Returns the number of lanes for the jobs of PLAN on a host with CPUS processors, which has MIB of
 * memory left (0: unknown): three for each processor, but no more than fit into that memory, each
 * with the largest guest of the plan. At least 1.
 */
unsigned int lane_count(const struct plan *plan, unsigned int cpus, unsigned long mib);

#endif
