// SPDX-License-Identifier: GPL-2.0-only
/*
 * match: which entry of which driver's table matches a device, and how user space can find it in
 * advance. new_id, remove_id, driver_override and drivers_autoprobe are described in
 * Documentation/ABI/testing/sysfs-bus-pci; override-only entries and the alias prefix "vfio_" are
 * part of the split of vfio-pci.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/native.h"

#include <string.h>

#define VFIO_PCI "vfio-pci"
#define VARIANT	 "edu-vfio-pci"

static const char *check_not_given_to(const char *address, const char *driver)
{
	cleanup_free char *has = pci_driver(address);

	if (!has || strcmp(has, driver))
		return NULL;
	return text("%s was bound to %s without driver_override", address, driver);
}

/* Returns NULL if DRIVER has no device, or a message with its devices. */
static const char *check_took_none(const char *driver)
{
	cleanup_list struct list bound = {0};
	cleanup_free char *names = NULL;

	if (pci_driver_functions(driver, &bound) || !bound.count)
		return NULL;
	names = list_join(&bound, " ");
	return text("%s was bound without driver_override to: %s", driver, names);
}

/* Restore the agent's state: drivers_autoprobe off, and the module loaded, without a device. */
static void settle(const char **module)
{
	pci_autoprobe(false);
	module_unload(*module);
	module_load(*module, "");
}

#define cleanup_settle __attribute__((cleanup(settle)))

/*
 * Returns true if MODULE is a VFIO driver for the device: vfio_pci, or any module found with
 * "vfio_".
 */
static bool is_for_vfio(const char *module, const struct alias_matches *vfio)
{
	for (size_t i = 0; i < vfio->count; i++) {
		if (alias_same_module(module, vfio->items[i].module))
			return true;
	}
	return alias_same_module(module, VFIO_PCI);
}

/*
 * Returns NULL if no entry for the device's own modalias belongs to a VFIO driver, or a message
 * with the first that does.
 */
static const char *check_no_autoload(const char *modalias)
{
	cleanup_free char *for_vfio = text(ALIAS_VFIO "%s", modalias);
	cleanup_alias struct alias_matches own = {0}, vfio = {0};

	if (module_aliases(modalias, &own) || module_aliases(for_vfio, &vfio))
		return "the kernel's modules.alias cannot be read";
	for (size_t i = 0; i < own.count; i++) {
		if (is_for_vfio(own.items[i].module, &vfio))
			return text(
				"line %u of modules.alias, %s, has %s loaded for every device with "
				"modalias %s",
				own.items[i].line, own.items[i].pattern, own.items[i].module,
				modalias);
	}
	return NULL;
}

SCENARIO_UNBOUND(no_vfio_alias_for_plain_modalias, "once",
		 "modules.alias lists no VFIO driver for a device's own modalias")
{
	cleanup_free char *modalias = NULL;

	ASSERT_OK(pci_read(dut->address, "modalias", &modalias));
	ASSERT_CHECK(check_no_autoload(modalias));
	PASS();
}

/*
 * As udev does for a new device. Not for a VF: its PF stays bound to vfio-pci, which cannot be
 * unloaded then.
 */
SCENARIO_UNBOUND(modprobe_of_modalias_loads_no_vfio, "!vf once",
		 "modprobe of a device's own modalias loads no VFIO driver", .deadline_ms = 20000)
{
	cleanup_free char *modalias = NULL;
	cleanup_newcomers char *before = modules_loaded();
	cleanup_settle const char *module = VFIO_PCI;

	if (!module_loaded(module))
		SKIPm("vfio-pci is built in");
	ASSERT_OK(pci_read(dut->address, "modalias", &modalias));
	ASSERT_OK(module_unload(module));
	module_load(modalias, ""); /* may fail: edu has no module */
	ASSERT_THAT(!module_loaded(module), "modprobe %s loaded vfio-pci", modalias);
	PASS();
}

SCENARIO_UNBOUND(loading_vfio_pci_binds_nothing, "first !vf once",
		 "loading vfio-pci with drivers_autoprobe on binds no device", .deadline_ms = 20000)
{
	cleanup_settle const char *module = VFIO_PCI;

	if (!module_loaded(module))
		SKIPm("vfio-pci is built in");
	ASSERT_OK(module_unload(module));
	ASSERT_OK(pci_autoprobe(true));
	ASSERT_OK(module_load(module, ""));
	ASSERT_CHECK(check_took_none(VFIO_PCI));
	PASS();
}

/*
 * Not for these: Linux finds no space for a BAR of 1 GiB in the window that it freed, so the device
 * would be incomplete. It would also be if Linux does not assign its BARs. A VF exists only with
 * its PF. Functions of one slot that return one by one get another order, after which 5.10 refuses
 * every hot reset of them with EINVAL; another scenario tests that.
 */
SCENARIO_UNBOUND(hot_add_binds_nothing, "!bar=large !bootbars !vf !group:2 once",
		 "a device added with drivers_autoprobe on is not bound to vfio-pci",
		 .deadline_ms = 10000)
{
	cleanup_release const char *address = dut->address;
	int err;

	ASSERT_OK(pci_autoprobe(true));
	err = pci_remove_and_rescan(address);
	ASSERT_OK(pci_autoprobe(false));
	ASSERT_OK(err);
	ASSERT_CHECK(check_not_given_to(address, VFIO_PCI));
	PASS();
}

SCENARIO_UNBOUND(cleared_override_lasts_until_next_probe, "once",
		 "clearing driver_override leaves the device bound until the next probe")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_bind(address, VFIO_PCI));
	ASSERT_OK(pci_override(address, ""));
	ASSERT_CHECK(check_driver(address, VFIO_PCI));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_not_given_to(address, VFIO_PCI));
	PASS();
}

/*
 * pci-stub has no table, and here only one ID that matches no device: it is probed although none of
 * its entries matches.
 */
SCENARIO_UNBOUND(override_without_entry_binds, "once",
		 "driver_override binds a device to a driver that has no entry for it")
{
	cleanup_module const char *stub = "pci-stub";
	cleanup_release const char *address = dut->address;

	if (module_load(stub, ""))
		SKIPm("the kernel has no pci-stub");
	ASSERT_OK(pci_driver_write(stub, "new_id", "ffff fffe"));
	ASSERT_ERRNO(ENODEV, pci_bind_directly(address, stub));
	ASSERT_OK(pci_override(address, stub));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, stub));
	PASS();
}

/* The entry tells e1000e which chip it has; with any other entry it would drive the wrong chip. */
SCENARIO_UNBOUND(override_passes_own_entry, "native=e1000e !model=lspci !model=replay once",
		 "with driver_override, probe is passed the driver's own entry if one matches",
		 .deadline_ms = 20000)
{
	cleanup_module const char *module = "e1000e";
	cleanup_release const char *address = dut->address;

	ASSERT_OK(module_load(module, ""));
	ASSERT_OK(pci_override(address, module));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, module));
	ASSERT_CHECK(check_native_driver_works(address, 5 * dut->wait_ms));
	PASS();
}

/*
 * The lab's VFIO driver for edu recognises its device by the driver_data of the entry passed to
 * probe, and adds a region for it (kernel/modules/edu-vfio-pci).
 */
SCENARIO_UNBOUND(
	override_passes_override_only_entry, "driver=edu once",
	"with driver_override, probe is passed a VFIO driver's override-only entry if one matches",
	.deadline_ms = 10000)
{
	cleanup_newcomers char *before = modules_loaded();
	cleanup_release const char *address = dut->address;

	if (module_load(VARIANT, ""))
		SKIPm("the kernel has no " VARIANT);
	ASSERT_OK(pci_bind(address, VARIANT));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS + 1, vfio_count_regions(dut->mode, address));
	PASS();
}

SCENARIO_UNBOUND(
	override_without_entry_passes_dummy_id, "!driver=edu once",
	"with driver_override, probe is passed the dummy ID if no entry of the VFIO driver matches",
	.deadline_ms = 10000)
{
	cleanup_newcomers char *before = modules_loaded();
	cleanup_release const char *address = dut->address;

	if (module_load(VARIANT, ""))
		SKIPm("the kernel has no " VARIANT);
	ASSERT_OK(pci_bind(address, VARIANT));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS, vfio_count_regions(dut->mode, address));
	PASS();
}

/*
 * The procedure of the kernel's alias documentation to find the best driver for a device: modalias,
 * "vfio_" before it, fewest stars, modprobe, driver_override, unbind, drivers_probe. Returns NULL,
 * or a message. *MODULE gets the name of the module, which the caller frees.
 */
static const char *follow_recipe(const char *address, char **module)
{
	cleanup_free char *modalias = NULL;
	cleanup_free char *driver = NULL;
	int err = pci_read(address, "modalias", &modalias);

	*module = err ? NULL : module_for_vfio(modalias);
	if (!*module)
		return text("modules.alias has nothing for " ALIAS_VFIO "%s", modalias);
	if (module_load(*module, ""))
		return text("modprobe %s failed", *module);
	driver = native_driver(*module);
	if (!driver)
		return text("%s has no PCI driver", *module);
	err = pci_bind(address, driver);
	return err ? text("%s did not bind to %s: %s", driver, address, error_name(err)) : NULL;
}

/* Returns NULL if VFIO can open the device, or a message. */
static const char *check_opens(const struct dut *dut)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	int err = vfio_open(dut->mode, dut->address, &vfio);

	return err ? text("%s %s: %s", vfio.step, dut->address, error_name(err)) : NULL;
}

SCENARIO_UNBOUND(
	vfio_alias_finds_driver, "alias once",
	"the alias for the modalias with a vfio_ prefix names a driver that binds the device",
	.deadline_ms = 20000)
{
	cleanup_newcomers char *before = modules_loaded();
	cleanup_free char *module = NULL;
	cleanup_release const char *address = dut->address;

	ASSERT_CHECK(follow_recipe(address, &module));
	ASSERT_CHECK(check_opens(dut));
	PASS();
}

SCENARIO_UNBOUND(vfio_alias_driver_and_native_again, "alias native !model=lspci !model=replay once",
		 "the vfio_ alias moves the device off its native driver, and clearing the "
		 "override returns it",
		 .deadline_ms = 20000)
{
	cleanup_newcomers char *before = modules_loaded();
	cleanup_free char *native = native_module(dut->address);
	cleanup_free char *module = NULL;
	cleanup_free char *driver = NULL;
	cleanup_release const char *address = dut->address;

	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_CHECK(bind_native_driver(address, driver, dut->wait_ms));
	ASSERT_CHECK(follow_recipe(address, &module));
	ASSERT_CHECK(check_opens(dut));
	ASSERT_OK(pci_override(address, ""));
	ASSERT_OK(pci_unbind(address));
	ASSERT_CHECK(bind_native_driver(address, driver, dut->wait_ms));
	PASS();
}
