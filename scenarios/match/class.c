// SPDX-License-Identifier: GPL-2.0-only
/*
 * match: an override-only entry with a class and no IDs (kernel/modules/class-vfio-pci). It is a
 * better match than vfio-pci's, which matches any device, and worse than one by IDs. The driver
 * refuses a device passed with any other ID, so its bind proves that the entry matched.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"

#include <string.h>

#define CLASS  "class-vfio-pci"
#define MODULE "class_vfio_pci"

/*
 * Returns NULL if BEST is the best entry for the device's use with VFIO, and one of the entries is
 * the class driver's; or a message.
 */
static const char *check_best(const char *address, const char *best)
{
	cleanup_free char *modalias = NULL, *for_vfio = NULL;
	cleanup_alias struct alias_matches matches = {0};
	bool listed = false;
	int err = pci_read(address, "modalias", &modalias);

	if (err)
		return text("%s: its modalias cannot be read: %s", address, error_name(err));
	for_vfio = text(ALIAS_VFIO "%s", modalias);
	if (module_aliases(for_vfio, &matches) || !matches.count)
		return text("modules.alias has no entry for %s", for_vfio);
	for (size_t i = 0; i < matches.count; i++)
		listed |= alias_same_module(matches.items[i].module, MODULE);
	if (!listed)
		return text("modules.alias does not have " MODULE " for %s", for_vfio);
	if (!alias_same_module(alias_best(&matches)->module, best))
		return text("%s: expected %s, got %s", for_vfio, best,
			    alias_best(&matches)->module);
	return NULL;
}

/*
 * Load the driver and bind the device to it by driver_override. Returns 0, -ENOENT if the driver is
 * missing, or another -errno.
 */
static int bind_class(const char *address)
{
	int err = module_load(CLASS, "");

	return err ? err : pci_bind(address, CLASS);
}

/* The class driver's entry matches, so it binds; the best entry is that of module BEST. */
static enum greatest_test_res class_entry_ranks(struct dut *dut, const char *best)
{
	cleanup_newcomers char *before = modules_loaded();
	cleanup_release const char *address = dut->address;
	int err = bind_class(address);

	if (err == -ENOENT)
		SKIPm("the kernel has no " CLASS);
	ASSERT_CHECK(check_best(address, best));
	ASSERT_OK(err);
	PASS();
}

SCENARIO_UNBOUND(class_entry_wins_over_any, "driver=testdev once",
		 "an override-only entry by class is a better match than vfio-pci's, and binds",
		 .deadline_ms = 10000)
{
	return class_entry_ranks(dut, MODULE);
}

SCENARIO_UNBOUND(
	class_entry_loses_to_ids, "driver=edu once",
	"an override-only entry by IDs is a better match than one by class, which also matches",
	.deadline_ms = 10000)
{
	return class_entry_ranks(dut, "edu_vfio_pci");
}

SCENARIO_UNBOUND(class_entry_is_of_its_class, "driver=e1000e once",
		 "an override-only entry by class does not match a device of another class",
		 .deadline_ms = 10000)
{
	cleanup_newcomers char *before = modules_loaded();
	cleanup_release const char *address = dut->address;
	int err = bind_class(address);

	if (err == -ENOENT)
		SKIPm("the kernel has no " CLASS);
	ASSERT_RESULT(ENODEV, err);
	PASS();
}
