/* SPDX-License-Identifier: GPL-2.0-only */
/* Delta debugging: which of the items are needed for a failure (Zeller and Hildebrandt, ddmin). */
#ifndef RUNNER_CLI_DDMIN_H
#define RUNNER_CLI_DDMIN_H

#include <stdbool.h>
#include <stddef.h>

struct ddmin {
	/*
	 * Whether the failure occurs with the items whose KEEP is set, of COUNT in total. Returns 1
	 * or 0, or -errno, which ends the search.
	 */
	int (*fails)(void *context, const bool *keep, size_t count);
	void *context;
};

/*
 * Clear KEEP, which has COUNT items, for items that the failure does not need. The failure occurs
 * with all items whose KEEP is set at first. In the end it occurs with those that are left, and not
 * if any one of them is missing, provided that it is not flaky. Returns 0, or the -errno of
 * fails(); KEEP then has the smallest set that failed so far. Blocks as long as fails() does.
 */
int ddmin(const struct ddmin *search, bool *keep, size_t count);

#endif
