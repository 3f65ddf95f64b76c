// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "lab/base/vocabulary.h"
#include "reports/text/reasons.h"
#include "runner/cli/explain.h"
#include "runner/plan/fit.h"
#include "runner/plan/guest-image.h"

#include <stdio.h>

/* A kernel of the lab that meets the need KEY, if base does not. */
static const struct {
	const char *key, *kernel;
} kernels[] = {
	{"reset_choice", "6.12"}, {"failslab", "base+debug"}, {"nocore", "base+no-core"},
	{"alias", "series"},	  {"variant", "series"},
};

/* A kernel on which SCENARIO can run, for a command to copy. */
static const char *kernel_for(const struct scenario_info *scenario)
{
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
		if (needs_mention(scenario->needs, kernels[i].key))
			return kernels[i].kernel;
	return "base";
}

/* Why a kernel may still skip a case that is planned. */
static const char *kernels_part(const struct need *need, const struct vocabulary *row)
{
	if (row->origin == ORIGIN_KERNEL)
		return "; depends on the kernel alone";
	if (row->origin == ORIGIN_OFFERED && !need->negated)
		return "; a kernel may offer less than the device has";
	return "";
}

/* NEED in words. The caller frees it. */
static char *meaning_of(const struct need *need)
{
	const struct vocabulary *row = vocabulary_find(need);
	cleanup_free char *count =
		need->counted ? text("at least %lu: ", need->count) : text("%s", "");

	if (!row)
		return text("%s", "");
	return text("%s%s%s%s", need->negated ? "not: " : "", count, row->meaning,
		    kernels_part(need, row));
}

static void print_needs(const struct explain *explain, const char *needs)
{
	const char *label = "needs";
	struct need need;

	for_each_need(need, needs)
	{
		cleanup_free char *word = text("%.*s", (int)need.len, need.start);
		cleanup_free char *meaning = meaning_of(&need);

		explain_word(explain, label, word, meaning);
		label = "";
	}
	if (*label)
		explain_line(explain, label, "no property of a DUT");
}

/* Whether the guest alone can find out if SCENARIO can run on DUT: its machine has no has=. */
static bool is_unsure(const struct machine_dut *dut, const struct scenario_info *scenario)
{
	return !dut->has && *scenario->needs;
}

/*
 * The DUTs of MACHINE on which SCENARIO can run or, with UNSURE, those that must be asked for their
 * properties. Adds the reasons of DUTs for which it is not planned to REFUSED, unless that is NULL.
 * Returns NULL if there are no such DUTs. The caller frees the string.
 */
static char *planned_duts(const struct machine *machine, const struct scenario_info *scenario,
			  bool unsure, struct reasons *refused)
{
	cleanup_list struct list duts = {0};

	for (size_t i = 0; i < machine->dut_count; i++) {
		const struct machine_dut *dut = &machine->duts[i];
		cleanup_free char *why = fit_refusal(dut, scenario);

		if (!image_suits(scenario, image_is_cloud(machine->image)))
			continue;
		if (why && refused)
			reasons_add(refused, why, dut->name);
		else if (!why && is_unsure(dut, scenario) == unsure)
			list_add(&duts, dut->name);
	}
	return duts.count ? list_join(&duts, " ") : NULL;
}

static void print_refused(const struct explain *explain, struct reasons *refused)
{
	reasons_sort(refused);
	for (size_t i = 0; i < refused->count; i++) {
		cleanup_free char *duts = list_join(&refused->items[i].duts, " ");

		explain_line(explain, i ? "" : "not on", "%s: %s", refused->items[i].reason, duts);
	}
}

/* Returns whether there is a DUT of this sort. */
static bool print_duts(const struct explain *explain, const struct scenario_info *scenario,
		       bool unsure, struct reasons *refused)
{
	const struct inventory *inventory = &explain->inventory;
	const char *first = unsure ? "perhaps" : "planned on", *label = first;

	for (size_t i = 0; i < inventory->machine_count; i++) {
		const struct machine *machine = inventory->machines[i];
		cleanup_free char *duts = planned_duts(machine, scenario, unsure, refused);

		if (!duts)
			continue;
		explain_line(explain, label, "%s: %s%s", machine->name, duts,
			     unsure ? ", whose has= is not declared" : "");
		label = "";
	}
	return label != first;
}

static void print_places(const struct explain *explain, const struct scenario_info *scenario)
{
	cleanup_reasons struct reasons refused = {0};
	bool sure = print_duts(explain, scenario, false, &refused);

	if (!print_duts(explain, scenario, true, NULL) && !sure)
		explain_line(explain, "planned on", "no DUT of the lab's machines");
	print_refused(explain, &refused);
}

/* What runs the scenario: programs of foreign suites need these, and others the cloud image. */
static void print_command(const struct explain *explain, const struct scenario_info *scenario)
{
	cleanup_free char *choice = text("KERNELS=%s", kernel_for(scenario));

	if (scenario->image) {
		free(choice);
		choice = text("IMAGE=cloud");
	}
	if (scenario->suite && !scenario->own)
		explain_line(explain, "try", "make lab-run SUITES=%s %s SCENARIOS=%s",
			     explain->settings->suites, choice, scenario->name);
	else
		explain_line(explain, "try", "make lab-run %s SCENARIOS=%s", choice,
			     scenario->name);
}

void explain_scenario(const struct explain *explain, const char *name)
{
	const struct scenario_info *scenario = catalog_find(&explain->inventory.catalog, name);

	explain_title(explain, "scenario", name);
	explain_line(explain, "promise", "%s", scenario->summary);
	explain_line(explain, "source", "%s", explain_path(explain, scenario->where));
	explain_line(explain, "deadline", "%g s", scenario->deadline_ms / 1000.0);
	if (scenario->hidden)
		explain_line(explain, "hidden", "runs only if its family is named");
	print_needs(explain, scenario->needs);
	print_places(explain, scenario);
	print_command(explain, scenario);
}
