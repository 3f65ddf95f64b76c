// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/host-clock.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "scenarios/agent/ktap-out.h"

/*
 * How old an answer may be at the start of a case. A correct clock drifts in that time, which hides
 * a jump of the same size: 20 ms here. If the clock runs fast, answers expire sooner.
 */
#define RECENT_MS 2000

void host_clock_ask(struct host_clock *clock, struct channel *requests)
{
	cleanup_free char *answer = NULL;
	size_t len;

	if (clock->host && now_ms() - clock->own_ms < RECENT_MS)
		return;
	if (channel_request(requests, "clock", "", &answer, &len))
		return;
	clock->own_ms = now_ms();
	free(clock->host);
	clock->host = steal(answer);
}

void host_clock_report(const struct host_clock *clock, int ktap)
{
	if (clock->host)
		ktap_line(ktap, "# clock: %lld %lld %s", (long long)now_ms(),
			  (long long)clock->own_ms, clock->host);
}

void host_clock_free(struct host_clock *clock)
{
	free(clock->host);
	*clock = (struct host_clock){0};
}
