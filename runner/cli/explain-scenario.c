// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "lab/base/vocabulary.h"
#include "reports/text/reasons.h"
#include "runner/cli/explain.h"
#include "runner/plan/fit.h"

#include <stdio.h>

/* Why a case can still be skipped where the scenario is planned. */
static const char *kernels_part(const struct need *need, const struct vocabulary *row)
{
	if (row->origin == ORIGIN_KERNEL)
		return "; depends on the kernel alone";
	if (row->origin == ORIGIN_OFFERED && !need->negated)
		return "; a kernel may offer less than the device has";
	return "";
}

/* In words. The caller frees it. */
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

/* The DUTs of MACHINE that SCENARIO is planned for; the reasons of the others go to REFUSED. */
static char *planned_duts(const struct machine *machine, const struct scenario_info *scenario,
			  struct reasons *refused)
{
	cleanup_list struct list duts = {0};

	for (size_t i = 0; i < machine->dut_count; i++) {
		cleanup_free char *why = fit_refusal(&machine->duts[i], scenario);

		if (why)
			reasons_add(refused, why, machine->duts[i].name);
		else
			list_add(&duts, machine->duts[i].name);
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

static void print_places(const struct explain *explain, const struct scenario_info *scenario)
{
	const struct inventory *inventory = &explain->inventory;
	cleanup_reasons struct reasons refused = {0};
	const char *label = "runs on";

	for (size_t i = 0; i < inventory->machine_count; i++) {
		cleanup_free char *duts = planned_duts(inventory->machines[i], scenario, &refused);

		if (!duts)
			continue;
		explain_line(explain, label, "%s: %s", inventory->machines[i]->name, duts);
		label = "";
	}
	if (*label)
		explain_line(explain, label, "no DUT that there is");
	print_refused(explain, &refused);
}

void explain_scenario(const struct explain *explain, const char *name)
{
	const struct scenario_info *scenario = catalog_find(&explain->inventory.catalog, name);

	explain_title(explain, "scenario", name);
	explain_line(explain, "promise", "%s", scenario->summary);
	explain_line(explain, "source", "%s", scenario->where);
	explain_line(explain, "deadline", "%g s", scenario->deadline_ms / 1000.0);
	if (scenario->hidden)
		explain_line(explain, "hidden", "runs only if its family is named");
	print_needs(explain, scenario->needs);
	print_places(explain, scenario);
	explain_line(explain, "try", "make lab-run KERNELS=base SCENARIOS=%s", name);
}
