// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: the file of a device without an IOMMU, in VFIO's unsafe no-IOMMU mode. Its address space
 * only translates for IOMMU_IOAS_NOIOMMU_GET_PA (include/uapi/linux/iommufd.h); the device uses
 * physical addresses. New in 7.2: earlier kernels have such devices in groups only.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/privilege.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <linux/capability.h>
#include <linux/iommufd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NO_IOMMU "!iommu !variant once"
#define NO_FILE	 "devices without an IOMMU have no file of their own"
#define IOVA	 0x100000ull

/* Later than the headers that the lab is compiled with. */
#define IOAS_NOIOMMU_GET_PA _IO(IOMMUFD_TYPE, 0x95)
struct get_pa {
	uint32_t size, flags, ioas, reserved;
	uint64_t iova, length, phys;
};

static int get_pa(const struct ioas *ioas, uint64_t iova, uint64_t length, struct get_pa *pa)
{
	*pa = (struct get_pa){
		.size = sizeof(*pa), .ioas = ioas->id, .iova = iova, .length = length};
	return vfio_ioctl(ioas->iommufd, IOAS_NOIOMMU_GET_PA, pa);
}

static bool has_file(const char *address)
{
	cleanup_free char *name = cdev_name(address);

	return name && !strncmp(name, "noiommu-", strlen("noiommu-"));
}

SCENARIO_UNBOUND(noiommu_file_needs_rawio, NO_IOMMU,
		 "without CAP_SYS_RAWIO the file of a device without an IOMMU cannot be opened")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	if (!has_file(address))
		SKIPm(NO_FILE);
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, false));
	ASSERT_ERRNO(EPERM, cdev_open(address));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, true));
	ASSERT_OK(vfio_open(MODE_CDEV, address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

SCENARIO_UNBOUND(noiommu_file_excludes_group, NO_IOMMU,
		 "a device without an IOMMU is used through its file or its group, not both")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED, owner = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	if (!has_file(address))
		SKIPm(NO_FILE);
	ASSERT_OK(vfio_open(dut->mode, address, &owner));
	ASSERT_ERRNO(EBUSY, vfio_open(MODE_CDEV, address, &vfio));
	vfio_close(&owner);
	ASSERT_OK(vfio_open(MODE_CDEV, address, &vfio));
	ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	vfio_close(&vfio);
	ASSERT_CHECK(check_group_opens(address));
	PASS();
}

/* Returns NULL if the copy of the first page of MEMORY to the second arrives, or a message. */
static const char *check_copy(struct dut *user, const struct ioas *ioas, struct memory *memory)
{
	struct get_pa from, to;
	int err = get_pa(ioas, IOVA, IOMMU_PAGE, &from);

	if (!err)
		err = get_pa(ioas, IOVA + IOMMU_PAGE, IOMMU_PAGE, &to);
	if (err)
		return text("IOMMU_IOAS_NOIOMMU_GET_PA: %s", error_name(err));
	pattern_fill(memory->at, IOMMU_PAGE, 44);
	err = dut_dma(user, to.phys, from.phys, 512);
	if (err)
		return text("the device cannot copy between physical addresses: %s",
			    error_name(err));
	return check_bytes(memory->at, memory->at + IOMMU_PAGE, 512);
}

/* The memory is pinned while it is mapped, so its physical addresses stay. */
SCENARIO_UNBOUND(noiommu_address_translates, NO_IOMMU,
		 "the address space of a device without an IOMMU yields the physical addresses of "
		 "its memory")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	uint64_t iova = IOVA;
	const char *why = NULL;
	struct get_pa pa;
	struct ioas ioas;

	user.dut = *dut;
	user.bound = true;
	ASSERT_OK(pci_bind(dut->address, "vfio-pci"));
	if (!has_file(dut->address))
		SKIPm(NO_FILE);
	ASSERT_OK(vfio_open(MODE_CDEV, dut->address, &user.dut.vfio));
	ioas = ioas_of(&user.dut);
	ASSERT_OK(memory_take(2 * IOMMU_PAGE, 0, &memory));
	ASSERT_ERRNO(ENOENT, get_pa(&ioas, IOVA, IOMMU_PAGE, &pa));
	ASSERT_OK(iommufd_map(&ioas, memory.at, memory.len, IOAS_RW | IOAS_FIXED, &iova));
	ASSERT_ERRNO(EINVAL, get_pa(&ioas, IOVA, 0, &pa));
	ASSERT_OK(get_pa(&ioas, IOVA + 16, 100, &pa));
	ASSERT_NUMBER(100, pa.length);
	ASSERT_HEX(16, pa.phys % IOMMU_PAGE);
	if (dut->driver->dma && dut->driver->dma_mask >= UINT32_MAX) {
		ASSERT_OK(dut_start(&user.dut));
		why = check_copy(&user.dut, &ioas, &memory);
	}
	ASSERT_CHECK(why);
	ASSERT_OK(iommufd_unmap(&ioas, IOVA, memory.len, NULL));
	ASSERT_ERRNO(ENOENT, get_pa(&ioas, IOVA, IOMMU_PAGE, &pa));
	PASS();
}

/*
 * "The user cannot have done something that implies they expected translation to exist"
 * (drivers/vfio/group.c). An IOAS can be set after the group has joined the iommufd.
 */
SCENARIO_UNBOUND(noiommu_group_refused_with_ioas, "!iommu !variant mode=compat",
		 "a device without an IOMMU cannot be opened in a container that has an IOAS")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct ioas ioas;
	int refused;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	vfio.container = vfio_open_container(MODE_COMPAT);
	ASSERT_OK(vfio.container);
	vfio.group = vfio_open_group(address);
	ASSERT_OK(vfio.group);
	ASSERT_OK(vfio_ioctl(vfio.group, VFIO_GROUP_SET_CONTAINER, &vfio.container));
	ASSERT_OK(iommufd_create_ioas(vfio.container, &ioas));
	ASSERT_OK(iommufd_vfio_ioas(vfio.container, IOMMU_VFIO_IOAS_SET, &ioas.id));
	refused = vfio_get_device(vfio.group, address, NULL);
	fact("open_with_ioas=%s", refused < 0 ? error_name(refused) : "0");
	if (refused >= 0)
		close(refused);
	ASSERT_ERRNO(EPERM, refused);
	ASSERT_OK(iommufd_vfio_ioas(vfio.container, IOMMU_VFIO_IOAS_CLEAR, &ioas.id));
	vfio.device = vfio_get_device(vfio.group, address, NULL);
	ASSERT_OK(vfio.device);
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}
