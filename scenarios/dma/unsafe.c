// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: isolation of one user's device from the memory and the interrupts of others: groups, whose
 * size depends on PCI ACS (PCI Express 5.0, 6.12), and interrupt remapping, without which a device
 * can raise any interrupt by DMA (Documentation/driver-api/vfio.rst, allow_unsafe_interrupts).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/setting.h"
#include "scenarios/lib/vfio/iommu.h"

#include <string.h>

/* Where a mode finds out that interrupts are not remapped, and the parameter that allows it. */
static const struct {
	const char *step, *allow;
} unsafe[MODE_COUNT] = {
	[MODE_TYPE1] = {"VFIO_SET_IOMMU",
			"/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"},
	[MODE_COMPAT] = {"VFIO_GROUP_GET_DEVICE_FD",
			 "/sys/module/iommufd/parameters/allow_unsafe_interrupts"},
	[MODE_CDEV] = {"VFIO_DEVICE_BIND_IOMMUFD",
		       "/sys/module/iommufd/parameters/allow_unsafe_interrupts"},
};

SCENARIO_UNBOUND(no_interrupt_remapping_refused, "group !intremap",
		 "without interrupt remapping, a device gets no IOMMU (EPERM) unless "
		 "allow_unsafe_interrupts is set")
{
	cleanup_setting struct kept_setting allow = {0};
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(setting_change(unsafe[dut->mode].allow, 0, &allow));
	ASSERT_ERRNO(EPERM, user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_THAT(!strcmp(user.dut.vfio.step, unsafe[dut->mode].step),
		    "refused at step '%s', expected '%s'", user.dut.vfio.step,
		    unsafe[dut->mode].step);
	PASS();
}

/* A refused group is unchanged: it can be opened once that is allowed. */
SCENARIO_UNBOUND(allow_unsafe_interrupts_permits, "group !intremap",
		 "allow_unsafe_interrupts lets a group be opened without interrupt remapping")
{
	cleanup_setting struct kept_setting refuse = {0}, allow = {0};
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(setting_change(unsafe[dut->mode].allow, 0, &refuse));
	ASSERT_ERRNO(EPERM, user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(setting_change(unsafe[dut->mode].allow, 1, &allow));
	ASSERT_OK(user_open(&user, dut));
	PASS();
}

/* Get the port above the device; false if there is none, or if it is a bridge of another type. */
static bool port_above(const char *address, char port[PCI_ADDRESS])
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s", address);
	cleanup_free char *real = realpath(path, NULL);
	char *parent;
	uint16_t type;

	if (!real)
		return false;
	*strrchr(real, '/') = '\0';
	parent = strrchr(real, '/') + 1;
	if (strlen(parent) != strlen("0000:00:00.0"))
		return false;
	memcpy(port, parent, strlen(parent) + 1);
	type = pci_config16(port, pci_capability(port, PCI_CAP_ID_EXP) + PCI_EXP_FLAGS) &
	       PCI_EXP_FLAGS_TYPE;
	return pci_capability(port, PCI_CAP_ID_EXP) &&
	       (type >> 4 == PCI_EXP_TYPE_ROOT_PORT || type >> 4 == PCI_EXP_TYPE_DOWNSTREAM);
}

SCENARIO_UNBOUND(group_follows_acs, "group once",
		 "a device shares a group with the port above it only if that port lacks ACS")
{
	char port[PCI_ADDRESS];
	bool shared, acs;

	if (!port_above(dut->address, port))
		SKIPm("the device has no port above it");
	shared = pci_group(dut->address) == pci_group(port);
	acs = pci_extended_capability(port, PCI_EXT_CAP_ID_ACS);
	ASSERT_THAT(shared == !acs, "%s %s ACS, and the group of %s is %s", port,
		    acs ? "has" : "has no", dut->address, shared ? "the same" : "another");
	PASS();
}
