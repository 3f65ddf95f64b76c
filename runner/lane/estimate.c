// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/estimate.h"

#include "lab/base/buf.h"

/*
 * The pace of a run can be measured only after a while. So this much time at the pace of earlier
 * runs is added to the measurement: it dominates at the start and loses weight later. The pace
 * includes boots and everything else that is not a case.
 */
#define PRIOR_MS 20000

int64_t estimate_left_ms(const struct estimate *estimate, int64_t elapsed_ms)
{
	int64_t done =
		estimate->done_ms < estimate->total_ms ? estimate->done_ms : estimate->total_ms;
	unsigned int lanes = estimate->lanes ?: 1;
	double pace = (double)(done + PRIOR_MS) / ((double)elapsed_ms * lanes + PRIOR_MS);

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
