/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what is known of the cases of a kernel is of the present cases. */
#ifndef RUNNER_REACH_PLAN_HASH_H
#define RUNNER_REACH_PLAN_HASH_H

#include "runner/plan/plan.h"

#include <stdint.h>

/* A hash of the scenarios in INVENTORY, with their places, and of the files of its machines. */
uint64_t reach_plan_hash(const struct inventory *inventory);

#endif
