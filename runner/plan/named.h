/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases that are chosen by name: KERNEL/MACHINE SCENARIO[DUT]. */
#ifndef RUNNER_PLAN_NAMED_H
#define RUNNER_PLAN_NAMED_H

#include "runner/plan/plan.h"

/*
 * Add a case to those that CHOICE names, unless it is there already. Returns 0, or -ENOENT with one
 * line in WHY if INVENTORY has no such case: WHY names what does not exist and what it may be meant
 * to be. Whether the kernel is built only matters if CHOICE has no kernels: those decide then which
 * of the named cases run.
 */
int named_add(const struct inventory *inventory, struct choice *choice, const char *kernel,
	      const char *machine, const char *scenario, const char *dut, struct buf *why);

/* Whether the case is one of those that CHOICE names, or CHOICE names none. */
bool named_has(const struct choice *choice, const char *kernel, const char *machine,
	       const char *scenario, const char *dut);

#endif
