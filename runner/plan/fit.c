// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/fit.h"

#include "lab/base/cleanup.h"
#include "lab/base/declared.h"
#include "lab/base/needs.h"
#include "lab/base/suite.h"

#include <fnmatch.h>
#include <string.h>

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

/*
 * Whether the driver of DUT is the one that NEEDS want: known also of a DUT without has=, whose
 * cases make drivers compares under two drivers.
 */
static bool has_driver(const struct machine_dut *dut, const char *needs)
{
	cleanup_free char *property = text("variant=%s", dut->driver ?: "");
	struct need need;

	if (dut->driver)
		return needs_agree(needs, property);
	for_each_need(need, needs)
	{
		if (!need.negated && need.key_len == strlen("variant") &&
		    !strncmp(need.key, "variant", need.key_len))
			return false;
	}
	return true;
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
	if (dut->has)
		return declared_never(scenario->needs, dut->name, dut->has);
	if (!has_driver(dut, scenario->needs))
		return text("the scenario is for another driver; %s has driver=%s", dut->name,
			    dut->driver ?: "vfio-pci");
	return NULL;
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
