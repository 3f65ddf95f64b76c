/* SPDX-License-Identifier: GPL-2.0-only */
/* All scenarios linked into the agent. */
#ifndef SCENARIOS_AGENT_SCENARIOS_H
#define SCENARIOS_AGENT_SCENARIOS_H

#include "scenarios/lib/scenario.h"

/* Iterate over all scenarios, in the linker's order. Both return NULL at the end. */
const struct scenario *scenario_first(void);
const struct scenario *scenario_next(const struct scenario *scenario);

#define for_each_scenario(s)                                                                       \
	for (const struct scenario *s = scenario_first(); s; s = scenario_next(s))

/* FAMILY/NAME; the caller frees it. */
char *scenario_name(const struct scenario *scenario);

/* Returns the scenario of that name, or NULL. */
const struct scenario *scenario_find(const char *name);

/* Returns its deadline in milliseconds, before scaling. */
unsigned int scenario_deadline(const struct scenario *scenario);

#endif
