// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/guest-clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct reading {
	int64_t now_ms;
	int64_t guest_ms; /* G1 */
	int64_t host_ms;  /* H1 */
};

static bool parse(const char *line, struct reading *reading)
{
	int end = 0;

	return strspn(line, "0123456789 ") == strlen(line) &&
	       sscanf(line, "%15" SCNd64 " %15" SCNd64 " %15" SCNd64 "%n", &reading->now_ms,
		      &reading->guest_ms, &reading->host_ms, &end) == 3 &&
	       !line[end];
}

/*
 * Keep the pair of readings with the smaller difference, which is not always the later one: its
 * message may have taken longer. This also makes small jumps add up until they exceed the limit.
 */
static void take_pair(struct guest_clock *clock, const struct reading *reading)
{
	int64_t gain = reading->guest_ms - clock->guest_ms;
	int64_t passed = reading->host_ms - clock->host_ms;

	if (!clock->known || gain <= passed + passed / CLOCK_GAIN_DIVISOR)
		*clock = (struct guest_clock){true, reading->guest_ms, reading->host_ms};
}

int clock_take(struct guest_clock *clock, const char *line, int64_t read_ms, struct buf *why)
{
	struct reading reading;
	int64_t counted, passed;

	/* H1 cannot be in the future, nor precede the first one. */
	if (!parse(line, &reading) || reading.host_ms > read_ms ||
	    (clock->known && reading.host_ms < clock->host_ms))
		return -EPROTO;
	take_pair(clock, &reading);
	counted = reading.now_ms - clock->guest_ms;
	passed = read_ms - clock->host_ms;
	if (counted < 0) {
		buf_printf(why, "the guest's clock went back by %" PRId64 " ms", -counted);
		return -ETIME;
	}
	if (counted <= passed + passed / CLOCK_GAIN_DIVISOR + CLOCK_GAIN_MS)
		return 0;
	buf_printf(why,
		   "the guest's clock ran fast: it counted %" PRId64 " ms in %" PRId64
		   " ms of the host's",
		   counted, passed);
	return -ETIME;
}
