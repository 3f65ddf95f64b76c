/* SPDX-License-Identifier: GPL-2.0-only */
/* Running a program of a suite as a case. */
#ifndef SCENARIOS_AGENT_PROGRAM_RUN_H
#define SCENARIOS_AGENT_PROGRAM_RUN_H

#include "scenarios/agent/case.h"

/*
 * Bind RUN's DUT, if the program wants that, run the program of its scenario until it ends or its
 * deadline expires, write its output and subtests to the stream, and judge it. Blocks.
 */
void program_run(struct case_run *run);

/*
 * Restore all DUTs, as the program can have changed any. What it left behind is no failure: the
 * suites of others do not promise to leave things as they found them. Blocks.
 */
void program_clean_up(struct case_run *run);

#endif
