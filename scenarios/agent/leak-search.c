// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/leak-search.h"

#include "lab/base/needs.h"
#include "scenarios/agent/blame.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/agent/scenarios.h"
#include "scenarios/lib/kernel/kmemleak.h"

#include "lab/base/cleanup.h"

/* The deadline of a leak search, which scans all memory several times. */
#define SEARCH_MS 60000

void search_leaks(struct bench *bench)
{
	if (!bench->broken && kmemleak_available()) {
		ktap_line(bench->ktap, "# search: %u", bench_scaled(bench, SEARCH_MS));
		report_leaks(bench->ktap, &bench->spans);
	}
	spans_free(&bench->spans);
}

/*
 * Returns true if the case at INDEX is the first after some with fault injection. Later cases
 * reload modules at other addresses, and the stacks of older leaks would then resolve to wrong
 * functions.
 */
static bool ends_faults(const struct bench *bench, size_t index)
{
	const struct scenario *scenario = scenario_find(bench->plan->cases[index].scenario);
	const struct scenario *before =
		index ? scenario_find(bench->plan->cases[index - 1].scenario) : NULL;

	return scenario && before && needs_mention(before->needs, "failslab") &&
	       !needs_mention(scenario->needs, "failslab");
}

static bool is_risky(const struct bench *bench, const struct work_case *plan)
{
	const struct scenario *scenario = scenario_find(plan->scenario);
	const struct subject *subject = &bench->subjects[plan->dut];
	cleanup_free char *unmet = NULL;

	if (!scenario || !scenario->risky || subject->err)
		return false;
	unmet = needs_unmet(scenario->needs, "",
			    subject->properties ? subject->properties : subject->fixed);
	return !unmet;
}

bool leak_search_is_due(const struct bench *bench, size_t index)
{
	return bench->spans.count &&
	       (ends_faults(bench, index) || is_risky(bench, &bench->plan->cases[index]));
}
