// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/scenarios.h"

#include "lab/base/buf.h"

#include <string.h>

/*
 * The linker defines these for the section that SCENARIO() puts its pointers into. Weak, because a
 * unit test may have none.
 */
extern const struct scenario *const __start_scenarios[] __attribute__((weak));
extern const struct scenario *const __stop_scenarios[] __attribute__((weak));

const struct scenario *scenario_first(void)
{
	return &__start_scenarios[0] != &__stop_scenarios[0] ? __start_scenarios[0] : NULL;
}

const struct scenario *scenario_next(const struct scenario *scenario)
{
	const struct scenario *const *at = __start_scenarios;

	while (*at != scenario)
		at++;
	return at + 1 != &__stop_scenarios[0] ? at[1] : NULL;
}

char *scenario_name(const struct scenario *scenario)
{
	const char *end = strrchr(scenario->file, '/');
	const char *family = end;

	while (family > scenario->file && family[-1] != '/')
		family--;
	return text("%.*s/%s", (int)(end - family), family, scenario->name);
}

const struct scenario *scenario_find(const char *name)
{
	for_each_scenario (scenario) {
		cleanup_free char *this = scenario_name(scenario);

		if (!strcmp(this, name))
			return scenario;
	}
	return NULL;
}

unsigned int scenario_deadline(const struct scenario *scenario)
{
	return scenario->deadline_ms ? scenario->deadline_ms : DEADLINE_MS;
}
