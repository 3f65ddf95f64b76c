// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/kinds.h"

#include "runner/plan/tree.h"

const char *const kind_words[KIND_COUNT] = {
	[KIND_SCENARIO] = "scenario",
	[KIND_DUT] = "dut",
	[KIND_MACHINE] = "machine",
	[KIND_KERNEL] = "kernel",
};

static void list_scenarios(const struct inventory *inventory, struct list *names)
{
	for (size_t i = 0; i < inventory->catalog.count; i++)
		list_add(names, inventory->catalog.scenarios[i].name);
}

static void list_duts(const struct inventory *inventory, struct list *names)
{
	for (size_t m = 0; m < inventory->machine_count; m++)
		for (size_t d = 0; d < inventory->machines[m]->dut_count; d++)
			list_add_once(names, inventory->machines[m]->duts[d].name);
}

static void list_machines(const struct inventory *inventory, struct list *names)
{
	for (size_t m = 0; m < inventory->machine_count; m++)
		list_add(names, inventory->machines[m]->name);
}

/* List the kernels that can be built, and those that were built with SERIES= or from KDIR=. */
static void list_kernels(const struct settings *settings, const struct inventory *inventory,
			 struct list *names)
{
	tree_kernels(&settings->roots, names);
	for (size_t i = 0; i < inventory->kernels.count; i++)
		list_add_once(names, inventory->kernels.items[i]);
}

void kind_names(const struct settings *settings, const struct inventory *inventory, enum kind kind,
		struct list *names)
{
	switch (kind) {
	case KIND_SCENARIO:
		list_scenarios(inventory, names);
		break;
	case KIND_DUT:
		list_duts(inventory, names);
		break;
	case KIND_MACHINE:
		list_machines(inventory, names);
		break;
	case KIND_KERNEL:
		list_kernels(settings, inventory, names);
		break;
	case KIND_COUNT:
		break;
	}
}
