// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/fit.h"

#include "lab/base/cleanup.h"
#include "lab/base/declared.h"
#include "lab/base/needs.h"
#include "lab/base/suite.h"

#include <fnmatch.h>

/*
 * A DUT with a purpose runs only the scenarios that need that purpose, and no other DUT runs those:
 * they would only add skips that carry no information.
 */
static bool has_purpose(const struct machine_dut *dut, const char *needs)
{
	cleanup_free char *property = text("for=%s", dut->purpose ?: "");

	if (!dut->purpose)
		return !needs_mention(needs, "for");
	return needs_mention(needs, "for") && needs_agree(needs, property);
}

/* Whether NAME matches one of the globs ONLY; NULL: any. */
static bool is_among(const char *only, const char *name)
{
	cleanup_list struct list globs = {0};

	if (!only)
		return true;
	list_add_words(&globs, only);
	for (size_t i = 0; i < globs.count; i++)
		if (!fnmatch(globs.items[i], name, 0))
			return true;
	return false;
}

const struct machine_dut fit_no_dut = {.name = (char *)SUITE_NO_DUT, .vf = -1};

char *fit_refusal(const struct machine_dut *dut, const struct scenario_info *scenario)
{
	if (!is_among(scenario->duts, dut->name))
		return text("the program is restricted to certain DUTs; it has duts=%s",
			    scenario->duts);
	if (!has_purpose(dut, scenario->needs) && !dut->purpose)
		return text("the scenario is restricted to certain DUTs; %s is not one of them",
			    dut->name);
	if (!has_purpose(dut, scenario->needs))
		return text("the DUT is for other scenarios; %s has for=%s", dut->name,
			    dut->purpose);
	if (!is_among(dut->only, scenario->name))
		return text("the DUT is for other scenarios; %s has only=%s", dut->name, dut->only);
	return dut->has ? declared_never(scenario->needs, dut->name, dut->has) : NULL;
}

char *fit_mode_refusal(const struct machine_dut *dut, const struct scenario_info *scenario,
		       enum mode mode, bool first)
{
	cleanup_free char *place = case_place(dut->name, mode);
	char *why = mode_unmet(scenario->needs, dut->name, mode, first);

	if (why || !dut->has)
		return why;
	return declared_never(mode_needs(mode), place, dut->has);
}
