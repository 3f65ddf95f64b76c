/* SPDX-License-Identifier: GPL-2.0-only */
/* What the runner judges this guest's clock by (docs/protocol.md). */
#ifndef SCENARIOS_AGENT_HOST_CLOCK_H
#define SCENARIOS_AGENT_HOST_CLOCK_H

#include "scenarios/lib/channel.h"

#include <stdint.h>

/*
 * The runner's clock, as it answered, and this guest's when the answer was there. Zeroed: never
 * asked.
 */
struct host_clock {
	char *host; /* decimal ms */
	int64_t own_ms;
};

/*
 * Ask the runner for its time, if the last answer is not recent. Blocks until it answers. If that
 * fails the clock stays as it is.
 */
void host_clock_ask(struct host_clock *clock, struct channel *requests);

/*
 * Write this guest's time, and the last answer, to the stream KTAP. Nothing if there was no
 * answer.
 */
void host_clock_report(const struct host_clock *clock, int ktap);

void host_clock_free(struct host_clock *clock);

#endif
