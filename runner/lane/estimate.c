// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/estimate.h"

#include "lab/base/buf.h"

/*
 * The pace of a run shows only after a while. So much time at the pace of earlier runs is counted
 * with what was seen: it decides at the start, and is forgotten later. Boots and whatever else is
 * not a case are in the pace.
 */
#define BELIEF_MS 20000

int64_t estimate_left_ms(const struct estimate *estimate, int64_t elapsed_ms)
{
	int64_t done =
		estimate->done_ms < estimate->total_ms ? estimate->done_ms : estimate->total_ms;
	unsigned int lanes = estimate->lanes ?: 1;
	double pace = (double)(done + BELIEF_MS) / ((double)elapsed_ms * lanes + BELIEF_MS);

	return (int64_t)((double)(estimate->total_ms - done) / pace / lanes);
}

char *estimate_text(int64_t ms)
{
	unsigned int seconds = (unsigned int)((ms + 999) / 1000);

	if (seconds < 10)
		return text("%u s", seconds);
	seconds = (seconds + 4) / 5 * 5;
	if (seconds < 60)
		return text("%u s", seconds);
	if (seconds < 3600)
		return text("%u min %u s", seconds / 60, seconds % 60);
	return text("%u h %u min", seconds / 3600, seconds % 3600 / 60);
}
