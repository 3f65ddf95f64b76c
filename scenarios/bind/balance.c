// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: a driver releases on unbind what it took on bind: the device's runtime power management
 * (Documentation/power/runtime_pm.rst, "each get is to be balanced by a put").
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/kmsg.h"
#include "scenarios/lib/pci/runtime-pm.h"

#include <string.h>

static int use_once(const struct dut *dut)
{
	cleanup_user struct user user = USER_NONE;
	int err = user_bind_and_open(&user, dut, dut->vfio_driver);

	user_close(&user);
	return err ? err : pci_unbind(dut->address);
}

/*
 * Covers devices without PCI power management, too: their count went below zero in 6.16 (fixed in
 * 6.17). Some may suspend without a driver (baseline.c), but not after one has left.
 */
SCENARIO_UNBOUND(runtime_pm_usage_balanced_after_unbind, "",
		 "bind, open, close and unbind leave the device's runtime PM usage unchanged")
{
	const char *address = dut->address;
	cleanup_free char *before = NULL, *after = NULL;

	if (!pci_has(address, "power/runtime_usage"))
		SKIPm("the kernel shows no usage counts (CONFIG_PM_ADVANCED_DEBUG)");
	ASSERT_OK(pci_write(address, "power/control", "on"));
	before = runtime_pm_text(address);
	ASSERT_OK(use_once(dut));
	after = runtime_pm_text(address);
	ASSERT_THAT(!strcmp(before, after), "runtime power management was '%s' and is now '%s'",
		    before, after);
	ASSERT_THAT(!kmsg_contains("usage count underflow"),
		    "the kernel's log has a usage count underflow");
	PASS();
}
