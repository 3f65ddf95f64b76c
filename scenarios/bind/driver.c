// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: which driver binds to the device. driver_override, drivers_probe and unbind are described
 * in Documentation/ABI/testing/sysfs-bus-pci; the group's file in
 * Documentation/driver-api/vfio.rst.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/native.h"

#include "lab/base/clock.h"

#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

static bool group_file_exists(const char *address)
{
	cleanup_free char *path = text("/dev/vfio/%d", pci_group(address));

	return !access(path, F_OK);
}

/* Poll: the kernel removes the file some time later, without an event. */
static bool group_file_goes(const char *address, unsigned int ms)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t until = now_ms() + ms;

	while (group_file_exists(address)) {
		if (now_ms() > until)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

SCENARIO_UNBOUND(
	driver_override_binds_vfio_pci, "once",
	"driver_override and drivers_probe bind the device to vfio-pci, and unbind releases it")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_override(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	ASSERT_THAT(group_file_exists(address), "the group has no file in /dev/vfio");
	ASSERT_OK(pci_unbind(address));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_THAT(group_file_goes(address, dut->wait_ms),
		    "the group still has its file in /dev/vfio after %u ms", dut->wait_ms);
	PASS();
}

SCENARIO_UNBOUND(probe_without_override_does_not_bind, "!native once",
		 "a probe does not bind a device without driver_override to vfio-pci")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

SCENARIO_UNBOUND(override_of_unknown_driver_binds_none, "once",
		 "a device whose driver_override names an unknown driver stays unbound")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *override = NULL;

	ASSERT_OK(pci_override(address, "no-such-driver"));
	ASSERT_OK(pci_read(address, "driver_override", &override));
	ASSERT_THAT(!strcmp(override, "no-such-driver"), "driver_override reads back as '%s'",
		    override);
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* The names are similar, because a common prefix must not match. */
SCENARIO_UNBOUND(driver_override_matches_whole_name, "once",
		 "driver_override matches only the whole driver name")
{
	static const char *const names[] = {"vfio-pc", "vfio-pci-", "VFIO-PCI"};
	cleanup_release const char *address = dut->address;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_OK(pci_override(address, names[i]));
		ASSERT_OK(pci_probe(address));
		ASSERT_CHECK(check_driver(address, ""));
	}
	PASS();
}

SCENARIO_UNBOUND(
	bind_file_requires_override, "once",
	"vfio-pci's bind file rejects a device without driver_override and accepts one with it")
{
	cleanup_release const char *address = dut->address;

	ASSERT_ERRNO(ENODEV, pci_bind_directly(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(pci_override(address, dut->vfio_driver));
	ASSERT_OK(pci_bind_directly(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	PASS();
}

SCENARIO_UNBOUND(native_driver_works_after_vfio_pci, "native !model=lspci !model=replay once",
		 "the native driver hands the device to vfio-pci, rebinds to it and works",
		 .deadline_ms = 20000)
{
	cleanup_free char *native = native_module(dut->address);
	cleanup_module const char *module = native;
	cleanup_release const char *address = dut->address;
	cleanup_free char *driver = NULL;

	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_CHECK(bind_native_driver(address, driver, dut->wait_ms));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_override(address, ""));
	ASSERT_CHECK(bind_native_driver(address, driver, dut->wait_ms));
	ASSERT_CHECK(
		/* igb raises no interrupt for 2 s. */
		check_native_driver_works(address, 5 * dut->wait_ms));
	PASS();
}

/*
 * Test with an override that matches no driver: vfio-pci would probe before the native driver and
 * hide the bug.
 */
SCENARIO_UNBOUND(override_keeps_native_driver_unbound, "native once",
		 "a probe does not bind a device with driver_override to its native driver",
		 .deadline_ms = 20000)
{
	cleanup_free char *native = native_module(dut->address);
	cleanup_module const char *module = native;
	cleanup_release const char *address = dut->address;
	cleanup_free char *driver = NULL;

	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_OK(pci_override(address, "no-such-driver"));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_ERRNO(ENODEV, pci_bind_directly(address, driver));
	ASSERT_OK(pci_override(address, dut->vfio_driver));
	ASSERT_OK(pci_probe(address));
	ASSERT_CHECK(check_driver(address, dut->vfio_driver));
	PASS();
}

/*
 * Returns the address of another endpoint of the group that has a native driver, and that driver.
 */
static char *native_sibling(const char *address, char **native)
{
	cleanup_list struct list members = {0};

	pci_group_members(address, &members);
	for (size_t i = 0; i < members.count; i++) {
		*native = native_module(members.items[i]);
		if (*native && strcmp(members.items[i], address))
			return strdup(members.items[i]);
		free(*native);
	}
	*native = NULL;
	return NULL;
}

/*
 * Kernels differ in which file they refuse to open: the device's until 5.x, the group's since 6.x.
 */
SCENARIO_UNBOUND(
	group_with_kernel_driver_not_viable, "group:2 sibling=native !model=lspci !model=replay",
	"a device cannot be opened while a kernel driver is bound to another device of its group",
	.deadline_ms = 20000)
{
	cleanup_free char *native = NULL;
	cleanup_free char *driver = NULL;
	cleanup_free char *other = native_sibling(dut->address, &native);
	cleanup_module const char *module = native;
	cleanup_release const char *sibling = other;
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	int err;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(module_load(native, ""));
	driver = native_driver(native);
	ASSERT_THAT(driver, "%s has no PCI driver", native);
	ASSERT_CHECK(bind_native_driver(sibling, driver, dut->wait_ms));
	err = vfio_open(dut->mode, address, &vfio);
	fact("refused=%s:%s", vfio.step, error_name(err));
	ASSERT_THAT(err < 0, "the device was opened although %s is bound to %s", sibling, driver);
	PASS();
}
