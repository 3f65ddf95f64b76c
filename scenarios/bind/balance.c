// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: a driver releases on unbind what it took on bind, and on close what it took on open:
 * runtime power management (Documentation/power/runtime_pm.rst, "each get is to be balanced by a
 * put"), files and memory.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/kernel/kmsg.h"
#include "scenarios/lib/pci/runtime-pm.h"
#include "scenarios/lib/vfio/hot-reset.h"

#include "lab/base/needs.h"

#include <string.h>

static int no_act(struct dut *dut __attribute__((unused)))
{
	return 0;
}

static int reset_and_hot_reset(struct dut *dut)
{
	int err = hot_reset(dut);

	return err || !needs_mention(dut->properties, "reset") ? err : dut_reset(dut);
}

static int use_once(const struct dut *dut, int (*act)(struct dut *dut))
{
	cleanup_user struct user user = USER_NONE;
	int err = user_bind_and_open(&user, dut, dut->vfio_driver);

	if (!err)
		err = act(&user.dut);
	user_close(&user);
	return err ? err : pci_unbind(dut->address);
}

static enum greatest_test_res usage_balanced(const struct dut *dut, int (*act)(struct dut *dut))
{
	const char *address = dut->address;
	cleanup_free char *before = NULL, *after = NULL;

	if (!pci_has(address, "power/runtime_usage"))
		SKIPm("the kernel shows no usage counts (CONFIG_PM_ADVANCED_DEBUG)");
	ASSERT_OK(pci_write(address, "power/control", "on"));
	before = runtime_pm_text(address);
	ASSERT_OK(use_once(dut, act));
	after = runtime_pm_text(address);
	ASSERT_THAT(!strcmp(before, after), "runtime power management was '%s' and is now '%s'",
		    before, after);
	ASSERT_THAT(!kmsg_contains("usage count underflow"),
		    "the kernel's log has a usage count underflow");
	PASS();
}

/*
 * Covers devices without PCI power management, too: their count went below zero in 6.16 (fixed in
 * 6.17). Some may suspend without a driver (baseline.c), but not after one has left.
 */
SCENARIO_UNBOUND_VARIANT(
	runtime_pm_usage_balanced_after_unbind, "",
	"bind, open, close and unbind leave the device's runtime PM usage unchanged",
	usage_balanced, no_act)
SCENARIO_UNBOUND_VARIANT(runtime_pm_usage_balanced_after_resets,
			 "hot:1 !hot:2 !pf !vf !variant once", "the same with resets by the user",
			 usage_balanced, reset_and_hot_reset)

static const char *open_and_close(void *of)
{
	cleanup_user struct user user = USER_NONE;
	const struct dut *dut = of;
	int err = user_open(&user, dut);
	const char *why = err ? user_error(&user, err) : NULL;

	user_close(&user);
	return why;
}

/* An unbind would release what a close forgets. */
SCENARIO_UNBOUND(opens_leak_nothing, "driver=vfiolab_testdev !vf !variant",
		 "repeated opens and closes of a bound device leak no kernel objects",
		 .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	const struct growth_test test = {
		.round = open_and_close, .of = dut, .warm_up = 2, .rounds = 4, .slabs = true};

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_NO_GROWTH(&test);
	PASS();
}
