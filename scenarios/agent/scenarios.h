/* SPDX-License-Identifier: GPL-2.0-only */
/* All scenarios that the agent was linked with. */
#ifndef SCENARIOS_AGENT_SCENARIOS_H
#define SCENARIOS_AGENT_SCENARIOS_H

#include "scenarios/lib/scenario.h"

/* The first, and what follows one; NULL at the end. The order is that of the linker. */
const struct scenario *scenario_first(void);
const struct scenario *scenario_next(const struct scenario *scenario);

#define for_each_scenario(s)                                                                       \
	for (const struct scenario *s = scenario_first(); s; s = scenario_next(s))

/* FAMILY/NAME; the caller frees it. */
char *scenario_name(const struct scenario *scenario);

/* The scenario of that name, NULL where there is none. */
const struct scenario *scenario_find(const char *name);

/* Its deadline in milliseconds, before any scaling. */
unsigned int scenario_deadline(const struct scenario *scenario);

#endif
