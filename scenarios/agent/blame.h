/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaks, and the case that ran when each was allocated. The search runs after all cases of a guest
 * have their verdicts: kmemleak takes seconds, and reports only memory that is seconds old. So a
 * leak is a finding of the guest, which names the case but does not change its verdict.
 */
#ifndef SCENARIOS_AGENT_BLAME_H
#define SCENARIOS_AGENT_BLAME_H

#include <stddef.h>
#include <stdint.h>

/* When cases ran, on the clock of now_ms(). */
struct spans {
	struct span {
		char *name;
		int64_t from, to;
	} *items;
	size_t count;
};

void spans_add(struct spans *spans, const char *name, int64_t from, int64_t to);

/* Returns the case that ran at MS, or "-" if none did. */
const char *spans_at(const struct spans *spans, int64_t ms);

void spans_free(struct spans *spans);

/* Write a line to KTAP for each group of identical leaks. Blocks (kmemleak_find). */
void report_leaks(int ktap, const struct spans *spans);

#endif
