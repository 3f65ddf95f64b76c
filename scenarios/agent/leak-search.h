/* SPDX-License-Identifier: GPL-2.0-only */
/* The search of a guest for leaks, and when it is due. */
#ifndef SCENARIOS_AGENT_LEAK_SEARCH_H
#define SCENARIOS_AGENT_LEAK_SEARCH_H

#include "scenarios/agent/bench.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Write the leaks of the cases that ran since the last search to the stream. Blocks, up to a
 * minute. Does nothing after an oops, when the kernel is unreliable.
 */
void search_leaks(struct bench *bench);

/* Returns true if leaks must be searched for before the case at INDEX of the plan runs. */
bool leak_search_is_due(const struct bench *bench, size_t index);

#endif
