// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: a device is used through its group or through its own file, never through both
 * (Documentation/driver-api/vfio.rst, "VFIO device cdev"; drivers/vfio/group.c).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <string.h>
#include <unistd.h>

/* The modes in which a group is used. */
static const struct group_mode {
	const char *name;
	enum mode mode;
	const char *file; /* of the container */
} group_modes[] = {
	{"type1", MODE_TYPE1, "/dev/vfio/vfio"},
	{"compat", MODE_COMPAT, "/dev/iommu"},
};

static bool has_group(const char *address)
{
	cleanup_close int group = vfio_open_group(address);

	return group != -ENOENT;
}

SCENARIO_UNBOUND(open_group_blocks_bind, "mode=cdev",
		 "the file of a device cannot be bound while its group is open, but afterwards")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_close int group = -1;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	if (!has_group(address))
		SKIPm("the kernel has no groups");
	ASSERT_OK(cdev_prepare(address, &vfio));
	group = vfio_open_group(address);
	ASSERT_OK(group);
	ASSERT_ERRNO(EBUSY, cdev_bind_usual(address, &vfio));
	close(steal_fd(&group));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

SCENARIO_UNBOUND(bound_device_blocks_group, "mode=cdev",
		 "a group can be opened while a device file is open, but not while it is bound")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	if (!has_group(address))
		SKIPm("the kernel has no groups");
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_CHECK(check_group_opens(address));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	vfio_close(&vfio);
	ASSERT_CHECK(check_group_opens(address));
	PASS();
}

/* The group's file may be closed before the device that it gave. */
SCENARIO_UNBOUND_TABLE(device_open_by_group_blocks_bind, group_modes, "mode=cdev",
		       "a device that is open through its group cannot be bound by its own file")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio owner = VFIO_CLOSED, vfio = VFIO_CLOSED;
	int err;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	if (!has_group(address) || access(row->file, F_OK))
		SKIPm("the kernel has no groups");
	ASSERT_OK(vfio_open(row->mode, address, &owner));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_ERRNO(EBUSY, cdev_bind_usual(address, &vfio));
	close(steal_fd(&owner.group));
	close(steal_fd(&owner.container));
	err = cdev_bind_usual(address, &vfio);
	fact("%s.group_closed.bind=%s", row->name, error_name(err));
	ASSERT_THAT(err < 0, "%s: bound after the group was closed", row->name);
	ASSERT_CHECK(check_vfio_works(address, &owner));
	vfio_close(&owner);
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

/* "Only allowed on cdev fds": the address space of such a device is that of its group. */
SCENARIO_UNBOUND_TABLE(calls_of_files_refused_by_group, group_modes, "mode=cdev",
		       "a device that was opened through its group refuses bind, attach and detach")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio owner = VFIO_CLOSED;
	cleanup_close int iommufd = iommufd_open();
	uint32_t ioas;

	ASSERT_OK(iommufd);
	ASSERT_OK(ioas_alloc(iommufd, &ioas));
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	if (!has_group(address) || access(row->file, F_OK))
		SKIPm("the kernel has no groups");
	ASSERT_OK(vfio_open(row->mode, address, &owner));
	owner.iommufd = steal_fd(&iommufd);
	ASSERT_ERRNO(EINVAL, cdev_bind_usual(address, &owner));
	ASSERT_ERRNO(ENOTTY, cdev_attach(owner.device, ioas));
	ASSERT_ERRNO(ENOTTY, cdev_detach(owner.device));
	ASSERT_CHECK(check_vfio_works(address, &owner));
	PASS();
}

/* Devices of a group cannot be isolated from each other, so they have one owner. */
SCENARIO_UNBOUND(group_belongs_to_one_iommufd, "mode=cdev group:2 !variant",
		 "while a device is bound, others of its group can be bound only to its iommufd")
{
	cleanup_siblings const char *address = dut->address;
	cleanup_vfio struct vfio first = VFIO_CLOSED, second = VFIO_CLOSED;
	char sibling[PCI_ADDRESS];
	struct vfio beside;
	int err;

	ASSERT_OK(pci_bind_siblings(address, "vfio-pci", sibling));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(cdev_prepare(address, &first));
	ASSERT_OK(cdev_bind_usual(address, &first));
	ASSERT_OK(cdev_prepare(sibling, &second));
	ASSERT_ERRNO(EBUSY, vfio_open_group(sibling));
	err = cdev_bind_usual(sibling, &second);
	fact("another_iommufd=%s", error_name(err));
	ASSERT_THAT(err < 0, "%s was bound to another iommufd", sibling);
	beside = second;
	beside.iommufd = first.iommufd;
	ASSERT_OK(cdev_bind_usual(sibling, &beside));
	ASSERT_THAT(beside.devid != first.devid, "both devices have the ID %u", beside.devid);
	vfio_close(&first);
	ASSERT_CHECK(check_vfio_works(sibling, &beside));
	ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	close(steal_fd(&second.device));
	ASSERT_CHECK(check_group_opens(address));
	PASS();
}
