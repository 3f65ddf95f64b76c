/* SPDX-License-Identifier: GPL-2.0-only */
/* The data by which the runner checks this guest's clock (docs/protocol.md). */
#ifndef SCENARIOS_AGENT_HOST_CLOCK_H
#define SCENARIOS_AGENT_HOST_CLOCK_H

#include "scenarios/lib/channel.h"

#include <stdint.h>

/*
 * The runner's clock in its last answer, and this guest's clock when that answer arrived. All zero
 * if there was no answer yet.
 */
struct host_clock {
	char *host; /* decimal ms */
	int64_t own_ms;
};

/*
 * Ask the runner for its time unless the last answer is recent. Blocks until it answers. On failure
 * the clock is unchanged.
 */
void host_clock_ask(struct host_clock *clock, struct channel *requests);

/*
 * Write this guest's time and the last answer to the stream KTAP. Does nothing if there was no
 * answer.
 */
void host_clock_report(const struct host_clock *clock, int ktap);

void host_clock_free(struct host_clock *clock);

#endif
