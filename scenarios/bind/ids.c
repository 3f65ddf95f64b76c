// SPDX-License-Identifier: GPL-2.0-only
/* bind: vfio-pci's parameter ids= (modinfo vfio-pci), and its malformed entries. */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"

/*
 * ids= adds IDs to the driver's own, so that no driver_override is needed; remove_id removes them.
 */
SCENARIO_UNBOUND(
	ids_parameter_binds_without_override, "!vf !variant once",
	"the ids= parameter binds matching devices without driver_override, until remove_id")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";
	long vendor = pci_number(address, "vendor", 0), device = pci_number(address, "device", 0);
	cleanup_free char *option = text("ids=%04lx:%04lx", vendor, device);
	cleanup_free char *ids = text("%04lx %04lx", vendor, device);

	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(module_load("vfio-pci", option));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_driver_write("vfio-pci", "remove_id", ids));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

SCENARIO_UNBOUND(malformed_ids_parameter_entries_skipped, "first !vf !variant once",
		 "the ids= parameter skips empty and malformed entries and applies the valid ones")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";
	long vendor = pci_number(address, "vendor", 0), device = pci_number(address, "device", 0);
	cleanup_free char *option =
		text("ids=,no-id,8086,%04lx:%04lx:ffffffff:ffffffff:0:0", vendor, device);

	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(module_load("vfio-pci", option));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	PASS();
}
