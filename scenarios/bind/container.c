// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: a group and its container (include/uapi/linux/vfio.h, VFIO_GROUP_* and VFIO_SET_IOMMU). A
 * device is available only while an IOMMU confines its DMA.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/vfio/sriov.h"

#include "lab/base/file.h"

#include <fcntl.h>
#include <stdlib.h>

static int set_iommu(int container)
{
	return vfio_ioctl(container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU);
}

SCENARIO_UNBOUND(
	device_fd_needs_container_and_iommu, "container",
	"GET_DEVICE_FD fails until the group has a container and the container has an IOMMU")
{
	cleanup_release const char *address = dut->address;
	cleanup_close int container = vfio_open_container(dut->mode), group = -1;
	const char *token = sriov_token(address);

	ASSERT_OK(container);
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	group = vfio_open_group(address);
	ASSERT_OK(group);
	ASSERT_ERRNO(EINVAL, vfio_get_device(group, address, token));
	ASSERT_ERRNO(EINVAL, set_iommu(container));
	ASSERT_OK(vfio_ioctl(group, VFIO_GROUP_SET_CONTAINER, &container));
	ASSERT_ERRNO(EINVAL, vfio_get_device(group, address, token));
	ASSERT_ERRNO(EINVAL, vfio_ioctl(group, VFIO_GROUP_SET_CONTAINER, &container));
	ASSERT_OK(vfio_ioctl(group, VFIO_GROUP_UNSET_CONTAINER, NULL));
	ASSERT_ERRNO(EINVAL, vfio_ioctl(group, VFIO_GROUP_UNSET_CONTAINER, NULL));
	PASS();
}

SCENARIO(
	group_keeps_container_while_device_open, "container",
	"the group cannot leave its container, nor the container its IOMMU, while a device is open")
{
	ASSERT_ERRNO(EBUSY, vfio_ioctl(dut->vfio.group, VFIO_GROUP_UNSET_CONTAINER, NULL));
	ASSERT_ERRNO(EINVAL,
		     vfio_ioctl(dut->vfio.group, VFIO_GROUP_SET_CONTAINER, &dut->vfio.container));
	ASSERT_ERRNO(EINVAL, set_iommu(dut->vfio.container));
	ASSERT_HEX(VFIO_GROUP_FLAGS_CONTAINER_SET,
		   vfio_group_flags(dut->vfio.group) & VFIO_GROUP_FLAGS_CONTAINER_SET);
	PASS();
}

/* Returns NULL if the group of the bound device joins one container and leaves it, or a message. */
static const char *join_and_leave(void *of)
{
	const struct dut *dut = of;
	cleanup_close int one = vfio_open_container(dut->mode);
	cleanup_close int other = vfio_open_container(dut->mode);
	cleanup_close int group = vfio_open_group(dut->address);

	if (one < 0 || other < 0 || group < 0)
		return "the group or a container cannot be opened";
	if (vfio_ioctl(group, VFIO_GROUP_SET_CONTAINER, &one))
		return "the group cannot join a container";
	if (vfio_ioctl(group, VFIO_GROUP_SET_CONTAINER, &other) != -EINVAL)
		return "a second container was not refused with EINVAL";
	if (!(vfio_group_flags(group) & VFIO_GROUP_FLAGS_CONTAINER_SET))
		return "the group is reported without a container";
	if (vfio_ioctl(group, VFIO_GROUP_UNSET_CONTAINER, NULL))
		return "the group cannot leave its container";
	return vfio_ioctl(group, VFIO_GROUP_UNSET_CONTAINER, NULL) == -EINVAL
		       ? NULL
		       : "the group left a container that it did not have";
}

/* 5.10, which has no other mode than type1, frees files late. */
SCENARIO_UNBOUND(group_joins_one_container, "driver=vfiolab_testdev container !variant",
		 "a group joins one container at a time and leaves it once, again and again, and "
		 "leaks nothing",
		 .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	const struct growth_test test = {.round = join_and_leave,
					 .of = dut,
					 .warm_up = 2,
					 .rounds = 4,
					 .slabs = dut->mode == MODE_COMPAT};

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_NO_GROWTH(&test);
	PASS();
}

/* Returns the number of users of the type1 module, or -1 if it is built in. */
static int type1_users(void)
{
	cleanup_free char *count = NULL;

	return file_read("/sys/module/vfio_iommu_type1/refcnt", &count, NULL) ? -1 : atoi(count);
}

SCENARIO_UNBOUND(
	container_releases_iommu_module, "mode=type1",
	"a container holds a reference on the IOMMU module and drops it when the IOMMU is released")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	int before, during;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	before = type1_users();
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	during = type1_users();
	vfio_close(&vfio);
	ASSERT_NUMBER(before < 0 ? before : before + 1, during);
	ASSERT_NUMBER(before, type1_users());
	PASS();
}

/*
 * A device may be opened several times through its group. The first open enables it, the last close
 * disables it.
 */
SCENARIO(second_open_keeps_device_state, "mark !vf container",
	 "opening a device twice and closing it once keeps its state and its first user")
{
	int again;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_mark(dut));
	again = vfio_get_device(dut->vfio.group, dut->address, NULL);
	ASSERT_OK(again);
	ASSERT_NUMBER(1, dut_marked(dut));
	close(again);
	ASSERT_NUMBER(1, dut_marked(dut));
	PASS();
}
