// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: the IOAS that serves VFIO's calls for containers (IOMMU_VFIO_IOAS in
 * include/uapi/linux/iommufd.h): "either by taking what is already set, or auto creating one".
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"
#include "scenarios/lib/vfio/sriov.h"

#define MODEL  "driver=vfiolab_testdev !vf mode=compat"
#define WINDOW 0x08000000ull

#define GET   IOMMU_VFIO_IOAS_GET
#define SET   IOMMU_VFIO_IOAS_SET
#define CLEAR IOMMU_VFIO_IOAS_CLEAR

SCENARIO(vfio_ioas_get_set_clear, "first mode=cdev",
	 "IOMMU_VFIO_IOAS_GET returns what was set until it is cleared or destroyed, and ENODEV "
	 "else")
{
	cleanup_close int iommufd = iommufd_open();
	struct ioas one, other;
	uint32_t id = 0;

	ASSERT_ERRNO(ENODEV, iommufd_vfio_ioas(iommufd, GET, &id));
	ASSERT_OK(iommufd_create_ioas(iommufd, &one));
	ASSERT_OK(iommufd_create_ioas(iommufd, &other));
	ASSERT_OK(iommufd_vfio_ioas(iommufd, SET, &one.id));
	ASSERT_OK(iommufd_vfio_ioas(iommufd, GET, &id));
	ASSERT_NUMBER(one.id, id);
	ASSERT_ERRNO(ENOENT, iommufd_vfio_ioas(iommufd, SET, &(uint32_t){1000}));
	ASSERT_OK(iommufd_vfio_ioas(iommufd, GET, &id));
	ASSERT_NUMBER(one.id, id);
	ASSERT_OK(iommufd_vfio_ioas(iommufd, SET, &other.id));
	ASSERT_OK(iommufd_destroy(iommufd, one.id));
	ASSERT_OK(iommufd_vfio_ioas(iommufd, GET, &id));
	ASSERT_NUMBER(other.id, id);
	ASSERT_OK(iommufd_destroy(iommufd, other.id));
	/* It may have the memory of the destroyed one. */
	ASSERT_OK(iommufd_create_ioas(iommufd, &one));
	ASSERT_ERRNO(ENODEV, iommufd_vfio_ioas(iommufd, GET, &id));
	ASSERT_OK(iommufd_vfio_ioas(iommufd, SET, &one.id));
	ASSERT_OK(iommufd_vfio_ioas(iommufd, CLEAR, &id));
	ASSERT_ERRNO(ENODEV, iommufd_vfio_ioas(iommufd, GET, &id));
	ASSERT_OK(iommufd_destroy(iommufd, one.id));
	ASSERT_ERRNO(EOPNOTSUPP, iommufd_vfio_ioas(iommufd, CLEAR + 1, &id));
	PASS();
}

/* Open the DUT in a container that is an iommufd, in which ioas was set if it is not 0. */
static enum greatest_test_res open_compat(struct dut *dut, bool preset, struct user *user,
					  struct ioas *ioas)
{
	struct vfio *vfio = &user->dut.vfio;

	*user = (struct user){.dut = *dut, .bound = true};
	*vfio = VFIO_CLOSED;
	vfio->mode = dut->mode;
	ASSERT_OK(pci_bind(dut->address, dut->vfio_driver));
	vfio->container = vfio_open_container(dut->mode);
	ASSERT_OK(vfio->container);
	*ioas = (struct ioas){vfio->container, 0};
	if (preset) {
		ASSERT_OK(iommufd_create_ioas(vfio->container, ioas));
		ASSERT_OK(iommufd_vfio_ioas(vfio->container, SET, &ioas->id));
	}
	vfio->group = vfio_open_group(dut->address);
	ASSERT_OK(vfio->group);
	ASSERT_OK(vfio_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container));
	ASSERT_OK(vfio_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU));
	vfio->device = vfio_get_device(vfio->group, dut->address, NULL);
	ASSERT_OK(vfio->device);
	if (!preset)
		ASSERT_OK(iommufd_vfio_ioas(vfio->container, GET, &ioas->id));
	PASS();
}

static const struct {
	const char *name;
	bool preset;
} origins[] = {{"set before", true}, {"created by VFIO", false}};

SCENARIO_UNBOUND_TABLE(container_uses_vfio_ioas, origins, MODEL,
		       "a container maps in the IOAS that is set or created for it: either "
		       "interface sees the other's mappings, and it cannot be destroyed while the "
		       "device is open")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory from = {0}, to = {0};
	struct ioas ioas;
	uint64_t unmapped;
	uint32_t id = 0;

	CHECK_CALL(open_compat(dut, row->preset, &user, &ioas));
	ASSERT_OK(iommufd_vfio_ioas(ioas.iommufd, GET, &id));
	ASSERT_NUMBER(ioas.id, id);
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &from));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &to));
	ASSERT_OK(iommu_map(&user.dut, from.at, WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommufd_map_at(&ioas, to.at, IOMMU_PAGE, IOAS_RW, 2 * WINDOW));
	ASSERT_CHECK(check_dma_copies(&user.dut, 2 * WINDOW, to.at, WINDOW, from.at, 64));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(ioas.iommufd, ioas.id));
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, IOMMU_PAGE, &unmapped));
	ASSERT_NUMBER(IOMMU_PAGE, unmapped);
	ASSERT_OK(iommu_unmap(&user.dut, 2 * WINDOW, IOMMU_PAGE, &unmapped));
	ASSERT_NUMBER(IOMMU_PAGE, unmapped);
	PASS();
}

/* "From then on VFIO will continue to use that ioas and is not effected by this ioctl." */
SCENARIO_UNBOUND(device_keeps_ioas_after_clear, MODEL,
		 "an open device keeps its DMA when the container's IOAS is cleared; the container "
		 "then maps nothing (ENODEV) until one is set")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_dma struct dma from = {0}, to = {0};
	struct ioas ioas;
	uint32_t id = 0;

	CHECK_CALL(open_compat(dut, false, &user, &ioas));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &to));
	ASSERT_OK(iommufd_vfio_ioas(ioas.iommufd, CLEAR, &id));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, 64));
	ASSERT_ERRNO(ENODEV, iommu_map(&user.dut, from.at, WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_ERRNO(ENODEV, iommu_unmap(&user.dut, from.iova, IOMMU_PAGE, NULL));
	ASSERT_OK(iommufd_vfio_ioas(ioas.iommufd, SET, &ioas.id));
	ASSERT_OK(iommu_map(&user.dut, from.at, WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, WINDOW, from.at, 64));
	PASS();
}

/* VFIO_DMA_UNMAP_FLAG_ALL takes what either interface has mapped. */
SCENARIO_UNBOUND(container_unmaps_all_of_ioas, MODEL,
		 "VFIO_DMA_UNMAP_FLAG_ALL of a container unmaps all of its IOAS, and nothing of "
		 "another one")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	struct vfio_iommu_type1_dma_unmap all = {.argsz = sizeof(all),
						 .flags = VFIO_DMA_UNMAP_FLAG_ALL};
	struct ioas ioas, other;
	uint64_t unmapped;

	CHECK_CALL(open_compat(dut, false, &user, &ioas));
	ASSERT_OK(memory_take(2 * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_create_ioas(ioas.iommufd, &other));
	ASSERT_OK(iommu_map(&user.dut, memory.at, WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, memory.len, IOAS_RW, 2 * WINDOW));
	ASSERT_OK(iommufd_map_at(&other, memory.at, IOMMU_PAGE, IOAS_RW, WINDOW));
	ASSERT_OK(vfio_ioctl(user.dut.vfio.container, VFIO_IOMMU_UNMAP_DMA, &all));
	ASSERT_NUMBER(3 * IOMMU_PAGE, all.size);
	ASSERT_OK(iommufd_unmap(&ioas, 0, IOAS_ALL, &unmapped));
	ASSERT_NUMBER(0, unmapped);
	ASSERT_OK(iommufd_unmap(&other, 0, IOAS_ALL, &unmapped));
	ASSERT_NUMBER(IOMMU_PAGE, unmapped);
	PASS();
}
