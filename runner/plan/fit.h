/* SPDX-License-Identifier: GPL-2.0-only */
/* Which scenarios are planned for a DUT. */
#ifndef RUNNER_PLAN_FIT_H
#define RUNNER_PLAN_FIT_H

#include "lab/base/mode.h"
#include "runner/plan/catalog.h"
#include "runner/plan/machine.h"

/* The DUT of cases that have none, once on each machine. */
extern const struct machine_dut fit_no_dut;

/*
 * Why SCENARIO is not planned for DUT; NULL if it is planned. Either the machine reserves the DUT
 * for other scenarios, or the DUT's declared properties rule SCENARIO out on every kernel. The text
 * after a semicolon is specific to the DUT. The caller frees the result.
 */
char *fit_refusal(const struct machine_dut *dut, const struct scenario_info *scenario);

/*
 * Why SCENARIO, which is planned for DUT, is not planned in MODE; NULL if it is. FIRST: MODE is the
 * first mode of the kernel. Otherwise like fit_refusal().
 */
char *fit_mode_refusal(const struct machine_dut *dut, const struct scenario_info *scenario,
		       enum mode mode, bool first);

#endif
