// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/named.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/select.h"
#include "runner/plan/fit.h"
#include "runner/plan/guest-image.h"

#include <errno.h>
#include <string.h>

/* Report in WHY that there is no WHAT called NAME, with the nearest of ALL. Returns -ENOENT. */
static int refuse_unknown(const char *what, const char *name, const struct list *all,
			  struct buf *why)
{
	buf_printf(why, "there is no %s '%s'", what, name);
	list_suggest(all, name, why);
	return -ENOENT;
}

static int check_machine(const struct inventory *inventory, const char *name,
			 const struct machine **machine, struct buf *why)
{
	cleanup_list struct list all = {0};

	*machine = inventory_machine(inventory, name);
	if (*machine)
		return 0;
	for (size_t i = 0; i < inventory->machine_count; i++)
		list_add(&all, inventory->machines[i]->name);
	return refuse_unknown("machine", name, &all, why);
}

static int check_scenario(const struct inventory *inventory, const char *name,
			  const struct scenario_info **scenario, struct buf *why)
{
	cleanup_list struct list all = {0};

	*scenario = catalog_find(&inventory->catalog, name);
	if (*scenario)
		return 0;
	for (size_t i = 0; i < inventory->catalog.count; i++)
		list_add(&all, inventory->catalog.scenarios[i].name);
	return refuse_unknown("scenario", name, &all, why);
}

static int check_dut(const struct machine *machine, const struct scenario_info *scenario,
		     const char *name, struct buf *why)
{
	cleanup_free char *what = text("DUT of machine %s", machine->name);
	cleanup_free char *refusal = NULL;
	cleanup_list struct list all = {0};

	if (scenario->no_dut && !strcmp(name, fit_no_dut.name))
		return 0;
	for (size_t i = 0; i < machine->dut_count; i++) {
		list_add(&all, machine->duts[i].name);
		if (strcmp(machine->duts[i].name, name))
			continue;
		refusal = fit_refusal(&machine->duts[i], scenario);
		if (!refusal)
			return 0;
		buf_printf(why, "machine %s does not use its DUT %s for scenario %s: %s",
			   machine->name, name, scenario->name, refusal);
		return -ENOENT;
	}
	return refuse_unknown(what, name, &all, why);
}

static int check_kernel(const struct inventory *inventory, const struct choice *choice,
			const char *name, struct buf *why)
{
	if (choice->kernels.count || list_has(&inventory->kernels, name))
		return 0;
	return refuse_unknown("built kernel (make kernel builds one)", name, &inventory->kernels,
			      why);
}

static int check_image(const struct choice *choice, const struct machine *machine,
		       const struct scenario_info *scenario, struct buf *why)
{
	bool image = image_of(choice, machine);

	if (image_suits(scenario, image))
		return 0;
	buf_printf(why, "the guests of machine %s boot %s, where %s does not run", machine->name,
		   image ? "the image cloud" : "without the image cloud", scenario->name);
	return -ENOENT;
}

/* Split PLACE at its comma, and check that KERNEL has the mode, if it is built. */
static int check_mode(const struct inventory *inventory, const char *kernel, const char *place,
		      enum mode *mode, struct buf *why)
{
	const char *comma = strchr(place, ',');
	cleanup_list struct list all = {0};

	*mode = MODE_TYPE1;
	for (unsigned int i = 0; i < MODE_COUNT; i++)
		list_add(&all, mode_names[i]);
	if (comma && !mode_parse(comma + 1, mode))
		return refuse_unknown("mode", comma + 1, &all, why);
	if (!list_has(&inventory->kernels, kernel) ||
	    inventory_modes(inventory, kernel) & MODE_BIT(*mode))
		return 0;
	buf_printf(why, "kernel %s does not have mode %s", kernel, mode_names[*mode]);
	return -ENOENT;
}

/* Compares the most distinctive part first, as a run may name thousands of cases. */
static bool is_named(const struct named_cases *cases, const char *kernel, const char *machine,
		     const char *scenario, const char *dut, enum mode mode)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct named_case *named = &cases->items[i];

		if (named->mode == mode && !strcmp(named->scenario, scenario) &&
		    !strcmp(named->dut, dut) && !strcmp(named->machine, machine) &&
		    !strcmp(named->kernel, kernel))
			return true;
	}
	return false;
}

int named_add(const struct inventory *inventory, struct choice *choice, const char *kernel,
	      const char *machine, const char *scenario, const char *place, struct buf *why)
{
	cleanup_free char *dut = text("%.*s", (int)strcspn(place, ","), place);
	const struct scenario_info *its_scenario = NULL;
	const struct machine *its_machine = NULL;
	enum mode mode = MODE_TYPE1;
	int err = check_kernel(inventory, choice, kernel, why);

	if (!err)
		err = check_machine(inventory, machine, &its_machine, why);
	if (!err)
		err = check_scenario(inventory, scenario, &its_scenario, why);
	if (!err)
		err = check_dut(its_machine, its_scenario, dut, why);
	if (!err)
		err = check_image(choice, its_machine, its_scenario, why);
	if (!err)
		err = check_mode(inventory, kernel, place, &mode, why);
	if (!err && !is_named(&choice->cases, kernel, machine, scenario, dut, mode))
		*array_add(&choice->cases) = (struct named_case){
			.kernel = text("%s", kernel),
			.machine = text("%s", machine),
			.scenario = text("%s", scenario),
			.dut = text("%s", dut),
			.mode = mode,
		};
	return err;
}

struct named_cases named_of(const struct choice *choice, const char *kernel, const char *machine)
{
	struct named_cases found = {0};

	for (size_t i = 0; i < choice->cases.count; i++) {
		const struct named_case *named = &choice->cases.items[i];

		if (!strcmp(named->machine, machine) && !strcmp(named->kernel, kernel))
			*array_add(&found) = *named;
	}
	return found;
}

bool named_has(const struct named_cases *cases, const char *kernel, const char *machine,
	       const char *scenario, const char *dut, enum mode mode)
{
	return !cases->count || is_named(cases, kernel, machine, scenario, dut, mode);
}
