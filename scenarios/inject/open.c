// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject: opening a device, with the allocations failing one after the other, and without a file
 * descriptor for it. An open that fails must undo all that it did: it is no user of the device.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/inject.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/sriov.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/*
 * The function is enabled before it gets its driver, and so stays enabled while that is opened and
 * closed. Otherwise each would route its INTx anew, and the IO-APIC's code panics where it gets no
 * memory for that. An open that fails half-way leaves memory off, which firmware had turned on.
 */
#define CONFIG_WORDS 128

struct enabled {
	const char *address;
	uint16_t config[CONFIG_WORDS];
	unsigned int lost; /* closes after which the BARs were others */
	char *module;	   /* of the device's driver */
	int references;
};

static int config_read_all(const char *address, uint16_t *config)
{
	return pci_config(address, 0, config, CONFIG_WORDS * sizeof(*config));
}

static int function_enable(const char *address, struct enabled *enabled)
{
	int err = config_read_all(address, enabled->config);

	enabled->address = address;
	enabled->lost = 0;
	enabled->module = NULL;
	return err ?: pci_write(address, "enable", "1");
}

/*
 * COMMAND comes last, as nothing may be decoded at half an address; the status beside it is cleared
 * by writing.
 */
static void config_put_back(const struct enabled *enabled)
{
	uint16_t now[CONFIG_WORDS];

	if (config_read_all(enabled->address, now))
		return;
	for (size_t i = PCI_CACHE_LINE_SIZE / 2; i < CONFIG_WORDS; i++)
		if (now[i] != enabled->config[i])
			pci_config_write16(enabled->address, 2 * i, enabled->config[i]);
	pci_config_write16(enabled->address, PCI_COMMAND, enabled->config[PCI_COMMAND / 2]);
}

static void function_disable(struct enabled *enabled)
{
	pci_write(enabled->address, "enable", "0");
	config_put_back(enabled);
	free(enabled->module);
}
#define cleanup_enabled __attribute__((cleanup(function_disable)))

static bool bars_are_lost(const struct enabled *enabled)
{
	const size_t first = PCI_BASE_ADDRESS_0, size = PCI_CARDBUS_CIS - first;
	unsigned char now[PCI_CARDBUS_CIS - PCI_BASE_ADDRESS_0];

	return !pci_config(enabled->address, first, now, size) &&
	       memcmp(now, (const char *)enabled->config + first, size);
}

/*
 * An open that gets no memory for a copy of the configuration goes on without, and the close's
 * reset then loses it (docs/findings.md).
 */
static void close_device(struct dut *dut __attribute__((unused)), int ret, void *context)
{
	struct enabled *enabled = context;

	close(ret);
	if (!bars_are_lost(enabled))
		return;
	enabled->lost++;
	config_put_back(enabled);
}

/* The module of DRIVER, as sysfs names it. The caller frees it. */
static char *module_of(const char *driver)
{
	char *module = text("%s", driver);

	for (char *c = module; *c; c++) {
		if (*c == '-')
			*c = '_';
	}
	return module;
}

/* A driver in use cannot be unloaded; so an open that fails must not count as one. */
static const char *check_references(struct dut *dut __attribute__((unused)), void *context)
{
	const struct enabled *enabled = context;
	const int references = module_references(enabled->module);

	if (references == enabled->references)
		return NULL;
	return text("%d references to the module %s, which had %d", references, enabled->module,
		    enabled->references);
}

/*
 * The first user's call is the one that enables the device, and the last user's close the one that
 * disables it.
 */
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
	ASSERT_OK(vfio_open(address, &vfio));
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

SCENARIO_UNBOUND(open_survives_faults, "failslab !irq=msi",
		 "opening a device survives injected failures")
{
	return open_device(dut);
}

/* With MSI 5.10 has a bug (docs/findings.md), which costs a guest: edu stands for all devices. */
SCENARIO_UNBOUND(open_with_msi_survives_faults, "failslab driver=edu first",
		 "opening a device that has MSI survives injected failures", .risky = true)
{
	return open_device(dut);
}

/* The fds of this process end at FIRST, which is not open; *BEFORE: the limit that it had. */
static int limit_fds(int first, struct rlimit *before)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, before))
		return -errno;
	limit = *before;
	limit.rlim_cur = (rlim_t)first;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

/* The device is open by the time that the kernel looks for a file descriptor. */
SCENARIO_UNBOUND(open_without_descriptor, "",
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
	ASSERT_OK(vfio_open(address, &vfio));
	first = vfio.device;
	close(steal_fd(&vfio.device));
	token = sriov_token(address);
	snprintf(name, sizeof(name), "%s%s%s", address, token ? " vf_token=" : "", token ?: "");
	references = module_references(module);
	ASSERT_OK(limit_fds(first, &before));
	err = vfio_ioctl(vfio.group, VFIO_GROUP_GET_DEVICE_FD, name);
	setrlimit(RLIMIT_NOFILE, &before);
	ASSERT_ERRNO(EMFILE, err);
	ASSERT_NUMBER(references, module_references(module));
	err = vfio_ioctl(vfio.group, VFIO_GROUP_GET_DEVICE_FD, name);
	ASSERT_THAT(err >= 0, "it cannot be opened afterwards: %s", error_name(err));
	vfio.device = err;
	PASS();
}
