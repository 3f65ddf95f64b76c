/* SPDX-License-Identifier: GPL-2.0-only */
/* Running the cases of a plan and reporting them. */
#ifndef SCENARIOS_AGENT_CASE_H
#define SCENARIOS_AGENT_CASE_H

#include "scenarios/agent/blame.h"
#include "scenarios/agent/host-clock.h"
#include "scenarios/agent/subject.h"
#include "scenarios/agent/work.h"
#include "scenarios/lib/channel.h"

#include <stdbool.h>

/* All that the cases of one guest share. */
struct bench {
	int ktap;
	int kmsg;
	const struct work *plan;
	struct subject *subjects; /* one for each DUT of the plan */
	struct dut_session session;
	struct channel *requests; /* to the runner */
	struct host_clock clock;
	/*
	 * Why this guest cannot go on; NULL while it can. A case that was killed could not put back
	 * what it had changed, a module's parameter for one.
	 */
	char *fresh;
	bool broken;	    /* nor can its kernel be asked for anything any more */
	struct spans spans; /* when the cases ran, where leaks are looked for */
};

/* Look the DUTs of PLAN up. KTAP, KMSG and REQUESTS stay the caller's. */
void bench_set_up(struct bench *bench, const struct work *plan, int ktap, int kmsg,
		  struct channel *requests);

/* Run the cases, then look for leaks, until BENCH's fresh is set or there are no more. */
void bench_run(struct bench *bench);

/* Report what each DUT is, rather than run cases. */
void bench_probe(struct bench *bench);

#endif
