// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject: opening a device, with its allocations failing one after the other, and without a free
 * file descriptor. A failed open must undo everything: it does not count as a user of the device.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-copy.h"
#include "scenarios/lib/kernel/descriptors.h"
#include "scenarios/lib/kernel/inject.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/sriov.h"

#include <stdlib.h>
#include <string.h>

/*
 * The function is enabled before it gets its driver, so that it stays enabled while it is opened
 * and closed. Otherwise each open would route its INTx anew, and the IO-APIC code panics if it gets
 * no memory for that. An open that fails half-way leaves memory disabled, which firmware had
 * enabled.
 */
struct enabled {
	const char *address;
	struct config_copy config;
	unsigned int lost; /* closes after which COMMAND or a BAR had changed */
	char *module;	   /* of the device's driver */
	int references;
};

static int function_enable(const char *address, struct enabled *enabled)
{
	int err = config_copy_take(&enabled->config, address);

	enabled->address = address;
	enabled->lost = 0;
	enabled->module = NULL;
	return err ?: pci_write(address, "enable", "1");
}

static void function_disable(struct enabled *enabled)
{
	pci_write(enabled->address, "enable", "0");
	config_copy_put_back(&enabled->config, enabled->address);
	free(enabled->module);
}
#define cleanup_enabled __attribute__((cleanup(function_disable)))

/*
 * An open without memory for a copy of the config space succeeds, but the reset on close then loses
 * config space (docs/findings.md).
 */
static void close_device(struct dut *dut __attribute__((unused)), int ret, void *context)
{
	struct enabled *enabled = context;

	close(ret);
	if (!config_copy_lost(&enabled->config, enabled->address))
		return;
	enabled->lost++;
	config_copy_put_back(&enabled->config, enabled->address);
}

/* Returns the name of DRIVER's module in sysfs. The caller frees it. */
static char *module_of(const char *driver)
{
	char *module = text("%s", driver);

	for (char *c = module; *c; c++) {
		if (*c == '-')
			*c = '_';
	}
	return module;
}

/* A driver in use cannot be unloaded, so a failed open must not hold a reference. */
static const char *check_references(struct dut *dut __attribute__((unused)), void *context)
{
	const struct enabled *enabled = context;
	const int references = module_references(enabled->module);

	if (references == enabled->references)
		return NULL;
	return text("%d references to the module %s, which had %d", references, enabled->module,
		    enabled->references);
}

/* The first user's open enables the device, and the last user's close disables it. */
static enum greatest_test_res open_device(struct dut *dut)
{
	cleanup_enabled struct enabled enabled;
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *token;
	char name[128];
	struct inject_call call = {.request = VFIO_GROUP_GET_DEVICE_FD,
				   .arg = name,
				   .undo = close_device,
				   .left = check_references,
				   .context = &enabled};

	ASSERT_OK(function_enable(address, &enabled));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	close(steal_fd(&vfio.device));
	token = sriov_token(address);
	snprintf(name, sizeof(name), "%s%s%s", address, token ? " vf_token=" : "", token ?: "");
	call.len = sizeof(name);
	call.fd = vfio.group;
	enabled.module = module_of(dut->vfio_driver);
	enabled.references = module_references(enabled.module);
	ASSERT_CHECK(inject_each(dut, &call));
	fact("inject.open.config=%s", enabled.lost ? "lost" : "kept");
	PASS();
}

SCENARIO_UNBOUND(open_survives_faults, "failslab !irq=msi container",
		 "opening a device survives injected failures")
{
	return open_device(dut);
}

/* 5.10 has a bug with MSI that costs a guest (docs/findings.md), so edu represents all devices. */
SCENARIO_UNBOUND(open_with_msi_survives_faults, "failslab driver=edu first container",
		 "opening a device that has MSI survives injected failures", .risky = true)
{
	return open_device(dut);
}

/* The device is already open when the kernel allocates a file descriptor. */
SCENARIO_UNBOUND(open_without_descriptor, "container",
		 "an open that finds no free file descriptor leaves the device closed")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *module = module_of(dut->vfio_driver);
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *token;
	struct rlimit before;
	char name[128];
	int references, first, err;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	first = vfio.device;
	close(steal_fd(&vfio.device));
	token = sriov_token(address);
	snprintf(name, sizeof(name), "%s%s%s", address, token ? " vf_token=" : "", token ?: "");
	references = module_references(module);
	ASSERT_OK(limit_descriptors(first, &before));
	err = vfio_ioctl(vfio.group, VFIO_GROUP_GET_DEVICE_FD, name);
	setrlimit(RLIMIT_NOFILE, &before);
	ASSERT_ERRNO(EMFILE, err);
	ASSERT_NUMBER(references, module_references(module));
	err = vfio_ioctl(vfio.group, VFIO_GROUP_GET_DEVICE_FD, name);
	ASSERT_THAT(err >= 0, "a later open failed: %s", error_name(err));
	vfio.device = err;
	PASS();
}
