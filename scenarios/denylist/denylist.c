// SPDX-License-Identifier: GPL-2.0-only
/*
 * denylist: devices that vfio-pci refuses because of their errata, unless its parameter
 * disable_denylist is set (drivers/vfio/pci/vfio_pci.c).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/dynid.h"

#define VFIO_PCI "vfio-pci"

/* The device has no driver, and its group cannot be opened. */
static const char *check_refused(const char *address)
{
	cleanup_close int group = vfio_open_group(address);
	const char *why = check_driver(address, "");

	if (!why && group >= 0)
		why = text("%s was refused, but its group can be opened", address);
	return why;
}

/* A refused probe must undo everything, or the next attempt fails differently. */
SCENARIO_UNBOUND(
	driver_override_refused, "denylisted once",
	"driver_override does not bind a device on the denylist, however often it is tried")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_override(address, VFIO_PCI));
	for (unsigned int i = 0; i < 3; i++) {
		ASSERT_OK(pci_probe(address));
		ASSERT_CHECK(check_refused(address));
	}
	PASS();
}

SCENARIO_UNBOUND(bind_file_refused, "denylisted once",
		 "vfio-pci's bind file rejects a device on the denylist")
{
	cleanup_release const char *address = dut->address;
	int err;

	ASSERT_OK(pci_override(address, VFIO_PCI));
	err = pci_bind_directly(address, VFIO_PCI);
	fact("refused=%s", error_name(err));
	ASSERT_THAT(err < 0, "%s was bound to vfio-pci", address);
	ASSERT_CHECK(check_refused(address));
	PASS();
}

SCENARIO_UNBOUND(new_id_refused, "denylisted once",
		 "an ID written to vfio-pci's new_id does not bind a device on the denylist")
{
	cleanup_release const char *address = dut->address;
	cleanup_dynid struct dynid id = {0};

	ASSERT_OK(dynid_prepare(&id, VFIO_PCI, address));
	ASSERT_OK(dynid_add(&id, ""));
	ASSERT_CHECK(check_refused(address));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_refused(address));
	PASS();
}

/* Reload the module the way the agent loads it. */
static void reload(const char **module)
{
	module_unload(*module);
	module_load(*module, "");
}

#define cleanup_reload __attribute__((cleanup(reload)))

SCENARIO_UNBOUND(
	disable_denylist_allows_bind, "denylisted once",
	"with disable_denylist=1, a device on the denylist can be bound to vfio-pci and opened",
	.deadline_ms = 10000)
{
	cleanup_reload const char *module = VFIO_PCI;
	cleanup_user struct user user = USER_NONE;

	if (!module_loaded(module))
		SKIPm("vfio-pci is built in");
	ASSERT_OK(module_unload(module));
	ASSERT_OK(module_load(module, "disable_denylist=1"));
	ASSERT_OK(user_bind_and_open(&user, dut, module));
	PASS();
}
