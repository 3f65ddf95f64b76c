// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/selection.h"

#include "lab/base/cleanup.h"
#include "lab/base/select.h"
#include "runner/plan/fit.h"
#include "runner/plan/guest-image.h"

#include <errno.h>
#include <string.h>

#define KERNEL "kernel that is built (make kernel builds one)"

void selection_free(struct selection *selection)
{
	list_free(&selection->kernels);
	list_free(&selection->machines);
	list_free(&selection->scenarios);
	list_free(&selection->duts);
}

/* The default selection: the base kernel and, if built, the lab's series on it, for the IMAGE. */
static void add_usual_kernels(const struct list *all, bool image, struct list *usual)
{
	static const char *const plain[] = {"base", "series"};
	static const char *const cloud[] = {"base+cloud", "series+cloud"};
	const char *const *names = image ? cloud : plain;

	for (size_t i = 0; i < all->count && !list_has(all, names[0]); i++)
		list_add(usual, all->items[i]);
	for (size_t i = 0; i < ARRAY_SIZE(plain) && list_has(all, names[0]); i++)
		if (list_has(all, names[i]))
			list_add(usual, names[i]);
}

/* Keeps the order of GLOBS: all kernels are compared with the first. */
static int select_kernels(const struct list *all, const struct list *globs, bool image,
			  struct list *kernels, struct buf *why)
{
	cleanup_list struct list usual = {0};

	add_usual_kernels(all, image, &usual);
	return list_select_in_order(list_includes(globs) ? all : &usual, globs, KERNEL, kernels,
				    why);
}

/*
 * The machines that CHOICE selects from: all if it names some, or else those whose guests boot its
 * image.
 */
static void usual_machines(const struct inventory *inventory, const struct choice *choice,
			   struct list *names)
{
	bool all = list_includes(&choice->machines) || choice->cases.count;

	for (size_t i = 0; i < inventory->machine_count; i++) {
		const struct machine *machine = inventory->machines[i];

		if (all || image_is_cloud(machine->image) == image_is_cloud(choice->image))
			list_add(names, machine->name);
	}
}

/* Report that no guest of the chosen machines can run any of the chosen scenarios. */
static int check_images(const struct inventory *inventory, const struct choice *choice,
			const struct selection *selection, struct buf *why)
{
	bool image = false;

	for (size_t m = 0; m < selection->machines.count; m++) {
		image = image_of(choice,
				 inventory_machine(inventory, selection->machines.items[m]));
		for (size_t s = 0; s < selection->scenarios.count; s++)
			if (image_suits(catalog_find(&inventory->catalog,
						     selection->scenarios.items[s]),
					image))
				return 0;
	}
	buf_puts(why, image ? "the chosen scenarios do not run in the image cloud: choose consumer"
			    : "the chosen scenarios run in the image cloud: set IMAGE=cloud");
	return -ENOENT;
}

/* Add the DUTs of MACHINES to NAMES, and the one of cases without a DUT, if there are any. */
static void all_duts(const struct inventory *inventory, const struct list *machines,
		     struct list *names)
{
	for (size_t i = 0; i < inventory->catalog.count; i++)
		if (inventory->catalog.scenarios[i].no_dut)
			list_add_once(names, fit_no_dut.name);
	for (size_t i = 0; i < machines->count; i++) {
		const struct machine *machine = inventory_machine(inventory, machines->items[i]);

		for (size_t d = 0; d < machine->dut_count; d++)
			list_add_once(names, machine->duts[d].name);
	}
}

/* Select among the modes that at least one of KERNELS has. */
static int select_modes(const struct inventory *inventory, const struct list *kernels,
			const struct list *globs, unsigned int *modes, struct buf *why)
{
	cleanup_list struct list all = {0}, chosen = {0};
	unsigned int present = 0;
	int err;

	for (size_t i = 0; i < kernels->count; i++)
		present |= inventory_modes(inventory, kernels->items[i]);
	for (unsigned int mode = 0; mode < MODE_COUNT; mode++)
		if (present & MODE_BIT(mode))
			list_add(&all, mode_names[mode]);
	err = list_select(&all, globs, "mode of the chosen kernels", &chosen, why);
	for (unsigned int mode = 0; mode < MODE_COUNT; mode++)
		if (list_has(&chosen, mode_names[mode]))
			*modes |= MODE_BIT(mode);
	return err;
}

/* Add the kernels and the scenarios of CASES to the lists. */
static void split_cases(const struct named_cases *cases, struct list *kernels,
			struct list *scenarios)
{
	for (size_t i = 0; i < cases->count; i++) {
		list_add_once(kernels, cases->items[i].kernel);
		list_add_once(scenarios, cases->items[i].scenario);
	}
}

int selection_make(const struct inventory *inventory, const struct choice *choice,
		   struct selection *selection, struct buf *why)
{
	cleanup_list struct list machines = {0};
	cleanup_list struct list duts = {0};
	cleanup_list struct list kernels = {0};
	cleanup_list struct list scenarios = {0};
	int err;

	split_cases(&choice->cases, &kernels, &scenarios);
	err = select_kernels(&inventory->kernels,
			     choice->kernels.count ? &choice->kernels : &kernels,
			     image_is_cloud(choice->image), &selection->kernels, why);
	if (!err)
		err = select_modes(inventory, &selection->kernels, &choice->modes,
				   &selection->modes, why);
	usual_machines(inventory, choice, &machines);
	if (!err)
		err = list_select(&machines, &choice->machines, "machine", &selection->machines,
				  why);
	all_duts(inventory, &selection->machines, &duts);
	if (!err)
		err = list_select(&duts, &choice->duts, "DUT of the chosen machines",
				  &selection->duts, why);
	if (!err)
		err = catalog_select(&inventory->catalog, &choice->scenarios, &scenarios,
				     &selection->scenarios, why);
	return err ?: check_images(inventory, choice, selection, why);
}
