/* SPDX-License-Identifier: GPL-2.0-only */
/* What the cases of one guest share, and running them. */
#ifndef SCENARIOS_AGENT_BENCH_H
#define SCENARIOS_AGENT_BENCH_H

#include "scenarios/agent/blame.h"
#include "scenarios/agent/host-clock.h"
#include "scenarios/agent/scenarios.h"
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

/* Preparing the DUT and putting it back have this deadline each, in ms, to be scaled. */
#define BENCH_PREPARE_MS 10000

/* MS milliseconds, scaled by what the plan says of this host's speed. */
unsigned int bench_scaled(const struct bench *bench, unsigned int ms);

/*
 * The deadline of a case of SCENARIO in ms: the plan may set one for all. SCENARIO may be NULL,
 * unknown.
 */
unsigned int bench_deadline(const struct bench *bench, const struct scenario *scenario);

/* Run no further case in this guest because of WHY. BROKEN: its kernel is not to be trusted. */
void bench_give_up(struct bench *bench, const char *why, bool broken);

#endif
