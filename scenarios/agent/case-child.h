/* SPDX-License-Identifier: GPL-2.0-only */
/* The child that one case runs in. */
#ifndef SCENARIOS_AGENT_CASE_CHILD_H
#define SCENARIOS_AGENT_CASE_CHILD_H

#include "scenarios/lib/dut/dut.h"

/* How long a case waits, in ms, for something that should happen at once. */
#define CHILD_WAIT_MS 2000

struct scenario;

struct child {
	const struct scenario *scenario;
	struct dut dut;
	int agent; /* the agent's end of the DUT's host socket; the child closes it */
};

/*
 * Run the scenario of a struct child, check that it leaves no leftovers, and print the report
 * (scenarios/lib/report.h). Returns the child's exit status.
 */
int child_run(void *child);

#endif
