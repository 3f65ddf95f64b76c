/* SPDX-License-Identifier: GPL-2.0-only */
/* One case: from the DUT's preparation to its line in the stream. */
#ifndef SCENARIOS_AGENT_CASE_H
#define SCENARIOS_AGENT_CASE_H

#include "scenarios/agent/bench.h"
#include "scenarios/agent/scenarios.h"
#include "scenarios/lib/kernel/kmsg.h"

#include <stdbool.h>
#include <stdint.h>

/* One case as it runs. */
struct case_run {
	struct bench *bench;
	const struct work_case *plan;
	const struct scenario *scenario;
	struct subject *subject;
	char *name;
	int64_t start;
	unsigned long tainted;
	struct kmsg_report report;
	bool failed;	    /* or in error; a line in the stream gives the reason */
	char *skip;	    /* why it cannot run, or NULL */
	bool reboot;	    /* it has no result yet, and runs again when the guest has rebooted */
	struct buf reached; /* the counters that it raised, if the plan asks for them */
};

/* Run the case PLAN of BENCH and write its result to the stream. */
void run_case(struct bench *bench, const struct work_case *plan);

#endif
