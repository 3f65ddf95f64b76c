/* SPDX-License-Identifier: GPL-2.0-only */
/* The state that the cases of one guest share, and the loop that runs them. */
#ifndef SCENARIOS_AGENT_BENCH_H
#define SCENARIOS_AGENT_BENCH_H

#include "scenarios/agent/blame.h"
#include "scenarios/agent/host-clock.h"
#include "scenarios/agent/scenarios.h"
#include "scenarios/agent/subject.h"
#include "scenarios/agent/suite-program.h"
#include "scenarios/agent/work.h"
#include "scenarios/lib/channel.h"

#include <stdbool.h>

/* All that the cases of one guest share. */
struct bench {
	int ktap;
	int kmsg;
	const struct work *plan;
	struct subject *subjects; /* one for each DUT of the plan */
	struct suite_programs programs;
	struct dut_session session;
	struct channel *requests; /* to the runner */
	struct host_clock clock;
	/*
	 * Why no further case may run in this guest, or NULL. A killed case, for one, could not
	 * restore what it had changed, such as a module parameter.
	 */
	char *fresh;
	bool broken;	    /* the guest's kernel is unreliable, too */
	bool reboot;	    /* the guest is to reboot, for the case that ran last */
	struct spans spans; /* when each case ran, to attribute leaks */
};

/* Look up the DUTs of PLAN. The caller keeps ownership of KTAP, KMSG and REQUESTS. */
void bench_set_up(struct bench *bench, const struct work *plan, int ktap, int kmsg,
		  struct channel *requests);

/* Run the cases, then search for leaks, until BENCH's fresh is set or all cases have run. */
void bench_run(struct bench *bench);

/* Report the properties of each DUT; run no cases. */
void bench_probe(struct bench *bench);

/* The deadline of preparing the DUT, and of restoring it, in ms, before scaling. */
#define BENCH_PREPARE_MS 10000

/* Returns MS milliseconds scaled by the plan's factor for the speed of this host. */
unsigned int bench_scaled(const struct bench *bench, unsigned int ms);

/*
 * Returns the deadline of a case of SCENARIO in ms. The plan may set one for all cases. SCENARIO
 * may be NULL if it is unknown.
 */
unsigned int bench_deadline(const struct bench *bench, const struct scenario *scenario);

/* Run no further case in this guest; WHY is the reason. BROKEN: its kernel is unreliable. */
void bench_give_up(struct bench *bench, const char *why, bool broken);

/* Have the guest reboot. Its last case has no result, and runs again then. */
void bench_reboot(struct bench *bench);

#endif
