/* SPDX-License-Identifier: GPL-2.0-only */
/* Running the scenario of a case in a child. */
#ifndef SCENARIOS_AGENT_EXECUTE_H
#define SCENARIOS_AGENT_EXECUTE_H

#include "scenarios/agent/case.h"

/*
 * Run RUN's scenario until it ends or its deadline expires, and judge how it ended. The caller must
 * have opened or closed the session as the scenario requires. Blocks.
 */
void case_execute(struct case_run *run);

#endif
