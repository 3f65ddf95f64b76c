// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/hot-reset.h"

#include "scenarios/lib/vfio/backend.h"

#include "lab/base/alloc.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ask(struct dut *dut, unsigned int room, struct vfio_pci_hot_reset_info **info)
{
	size_t size = sizeof(**info) + room * sizeof((*info)->devices[0]);

	*info = zalloc(1, size);
	(*info)->argsz = (uint32_t)size;
	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, *info);
}

int hot_set_ask_short(struct dut *dut, unsigned int room, unsigned int *count)
{
	cleanup_free struct vfio_pci_hot_reset_info *info = NULL;
	int err = ask(dut, room, &info);

	*count = info->count;
	return err;
}

int hot_set_ask(struct dut *dut, struct hot_set *set)
{
	cleanup_free struct vfio_pci_hot_reset_info *info = NULL;
	int err = ask(dut, HOT_MAX, &info);

	if (err)
		return err == -ENOSPC ? -E2BIG : err;
	set->count = info->count;
	set->by_device = info->flags & VFIO_PCI_HOT_RESET_FLAG_DEV_ID;
	set->owned = info->flags & VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED;
	for (unsigned int i = 0; i < info->count; i++) {
		const struct vfio_pci_dependent_device *device = &info->devices[i];

		set->members[i].group = (int)device->group_id;
		snprintf(set->members[i].address, PCI_ADDRESS, "%04x:%02x:%02x.%u", device->segment,
			 device->bus, device->devfn >> 3, device->devfn & 7);
	}
	return 0;
}

/*
 * Returns true if the port BRIDGE, a folder in sysfs, has a hot-plug controller that pciehp drives.
 */
static bool has_pciehp(DIR *bridge)
{
	struct dirent *entry;
	bool found = false;

	rewinddir(bridge);
	while (!found && (entry = readdir(bridge))) {
		cleanup_free char *link = text("%s/driver", entry->d_name);
		char driver[64] = "";

		found = strstr(entry->d_name, ":pcie") &&
			readlinkat(dirfd(bridge), link, driver, sizeof(driver) - 1) > 0 &&
			!strcmp(strrchr(driver, '/') ?: driver, "/pciehp");
	}
	rewinddir(bridge);
	return found;
}

/*
 * Returns the length of the address prefix shared by the functions that are reset together: bus, or
 * slot.
 */
static size_t shared_prefix(const char *address, DIR *bridge)
{
	size_t device = strcspn(address, "."), bus = device - 2;

	return !strncmp(address + bus, "00", 2) && has_pciehp(bridge) ? device : bus;
}

unsigned int hot_functions(const char *address)
{
	cleanup_free char *bridge = text("/sys/bus/pci/devices/%s/..", address);
	cleanup_free char *class = text("%s/class", bridge);
	cleanup_dir DIR *dir = opendir(bridge);
	unsigned int functions = 0;
	struct dirent *entry;
	size_t shared;

	if (!dir || access(class, F_OK)) /* there is no function above the root bus */
		return 0;
	shared = shared_prefix(address, dir);
	while ((entry = readdir(dir))) /* the folder also has services and attributes */
		functions +=
			pci_is_address(entry->d_name) && !strncmp(entry->d_name, address, shared);
	return functions;
}

int hot_reset(struct dut *dut)
{
	return vfio_backend(dut->vfio.mode)->hot_reset(&dut->vfio);
}
