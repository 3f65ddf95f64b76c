/* SPDX-License-Identifier: GPL-2.0-only */
/* When a guest is searched for leaks, and the search. */
#ifndef SCENARIOS_AGENT_LEAK_SEARCH_H
#define SCENARIOS_AGENT_LEAK_SEARCH_H

#include "scenarios/agent/bench.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Report to the stream the leaks of the cases that ran since the last search. Blocks, up to a
 * minute. Nothing after an oops: the kernel cannot be relied on then.
 */
void search_leaks(struct bench *bench);

/* Whether leaks must be searched for before the case at INDEX of the plan runs. */
bool leak_search_is_due(const struct bench *bench, size_t index);

#endif
