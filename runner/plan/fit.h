/* SPDX-License-Identifier: GPL-2.0-only */
/* Which scenarios a DUT is planned for. */
#ifndef RUNNER_PLAN_FIT_H
#define RUNNER_PLAN_FIT_H

#include "runner/plan/catalog.h"
#include "runner/plan/machine.h"

/*
 * Why SCENARIO is not planned for DUT: its machine has the DUT for something else, or declares what
 * rules SCENARIO out on any kernel. What is particular to the DUT follows a semicolon. NULL if it
 * is planned. The caller frees it.
 */
char *fit_refusal(const struct machine_dut *dut, const struct scenario_info *scenario);

#endif
