/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaks, and what ran when they were made. They come to light when all cases of a guest have their
 * verdicts: kmemleak takes seconds, and needs memory to be seconds old. So they are the guest's,
 * and a case is only named.
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

/* The case that ran at MS; "-" for none. */
const char *spans_at(const struct spans *spans, int64_t ms);

void spans_free(struct spans *spans);

/*
 * Write a line to KTAP for each leak that there is, those that are the same as one. Blocks
 * (kmemleak_find).
 */
void report_leaks(int ktap, const struct spans *spans);

#endif
