// SPDX-License-Identifier: GPL-2.0-only
/* bind: what ids= (modinfo vfio-pci) makes of what is no ID: it goes on to the next. */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"

SCENARIO_UNBOUND(malformed_ids_parameter_entries_skipped, "first !vf !variant",
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
