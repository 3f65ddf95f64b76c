/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases selected by name: KERNEL/MACHINE SCENARIO[DUT] or SCENARIO[DUT,MODE]. */
#ifndef RUNNER_PLAN_NAMED_H
#define RUNNER_PLAN_NAMED_H

#include "runner/plan/plan.h"

/*
 * Add a case to those named in CHOICE, unless it is there already. PLACE is "DUT" or "DUT,MODE".
 * Returns 0, or -ENOENT with a message in WHY if INVENTORY has no such case; the message names the
 * unknown part and the nearest names. The kernel must be built only if CHOICE selects no kernels:
 * otherwise that selection decides which of the named cases run.
 */
int named_add(const struct inventory *inventory, struct choice *choice, const char *kernel,
	      const char *machine, const char *scenario, const char *place, struct buf *why);

/*
 * Returns the cases that CHOICE names of KERNEL on MACHINE. Their strings are CHOICE's; free only
 * `items'.
 */
struct named_cases named_of(const struct choice *choice, const char *kernel, const char *machine);

/* Whether CASES has the case, or is empty. */
bool named_has(const struct named_cases *cases, const char *kernel, const char *machine,
	       const char *scenario, const char *dut, enum mode mode);

#endif
