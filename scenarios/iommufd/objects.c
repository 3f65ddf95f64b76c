// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: objects and their IDs: IOMMU_DESTROY (include/uapi/linux/iommufd.h). An object in use
 * cannot be destroyed; closing the iommufd destroys the rest, in any order.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#define MODEL  "driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW 0x08000000ull

SCENARIO(object_destroyed_once, "first mode=cdev",
	 "an IOAS is destroyed once, and an ID that is not in use is ENOENT")
{
	static const uint32_t none[] = {0, 1000, INT32_MAX, UINT32_MAX};
	cleanup_close int iommufd = iommufd_open();
	struct ioas ioas, other;

	ASSERT_OK(iommufd_create_ioas(iommufd, &ioas));
	ASSERT_OK(iommufd_create_ioas(iommufd, &other));
	ASSERT_THAT(ioas.id && other.id && ioas.id != other.id, "the IDs are %u and %u", ioas.id,
		    other.id);
	ASSERT_OK(iommufd_destroy(iommufd, ioas.id));
	ASSERT_ERRNO(ENOENT, iommufd_destroy(iommufd, ioas.id));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		ASSERT_ERRNO(ENOENT, iommufd_destroy(iommufd, none[i]));
	ASSERT_OK(iommufd_destroy(iommufd, other.id));
	PASS();
}

/* An iommufd with two IOAS; in the first, memory is mapped. */
struct mapped {
	int iommufd;
	struct memory memory;
	struct ioas first, second;
};

#define MAPPED_NONE ((struct mapped){.iommufd = -1})

static int mapped_open(struct mapped *mapped)
{
	int err;

	mapped->iommufd = iommufd_open();
	err = memory_take(2 * IOMMU_PAGE, 0, &mapped->memory);
	if (!err)
		err = iommufd_create_ioas(mapped->iommufd, &mapped->first);
	if (!err)
		err = iommufd_create_ioas(mapped->iommufd, &mapped->second);
	return err ? err
		   : iommufd_map_at(&mapped->first, mapped->memory.at, mapped->memory.len, IOAS_RW,
				    WINDOW);
}

static void mapped_close(struct mapped *mapped)
{
	if (mapped->iommufd >= 0)
		close(mapped->iommufd);
	memory_free(&mapped->memory);
}

#define cleanup_mapped __attribute__((cleanup(mapped_close)))

SCENARIO(ioas_with_mappings_destroyed, "first mode=cdev",
	 "an IOAS that has mappings, or from which mappings were copied, can be destroyed")
{
	cleanup_mapped struct mapped mapped = MAPPED_NONE;
	uint64_t iova = 2 * WINDOW, unmapped;

	ASSERT_OK(mapped_open(&mapped));
	ASSERT_OK(iommufd_copy(&mapped.second, &iova, &mapped.first, WINDOW, mapped.memory.len,
			       IOAS_R | IOAS_FIXED));
	ASSERT_OK(iommufd_destroy(mapped.iommufd, mapped.first.id));
	ASSERT_ERRNO(ENOENT, iommufd_unmap(&mapped.first, 0, IOAS_ALL, &unmapped));
	ASSERT_OK(iommufd_unmap(&mapped.second, 0, IOAS_ALL, &unmapped));
	ASSERT_NUMBER(mapped.memory.len, unmapped);
	ASSERT_OK(iommufd_destroy(mapped.iommufd, mapped.second.id));
	PASS();
}

SCENARIO_UNBOUND(objects_in_use_not_destroyed, MODEL,
		 "a device, the IOAS and the page table that it uses cannot be destroyed (EBUSY), "
		 "and its DMA goes on")
{
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	cleanup_dma struct dma from = {0}, to = {0};
	uint32_t hwpt, spare;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &to));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->devid));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->ioas));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, 64));
	ASSERT_OK(hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, 0, &hwpt));
	ASSERT_OK(hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, 0, &spare));
	ASSERT_OK(cdev_attach(vfio->device, hwpt));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, hwpt));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->ioas));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, spare));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, 64));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->devid));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->ioas));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, hwpt));
	dma_free(&from);
	dma_free(&to);
	ASSERT_OK(iommufd_destroy(vfio->iommufd, vfio->ioas));
	PASS();
}

/* The device holds the iommufd, too. */
SCENARIO_UNBOUND(device_outlives_iommufd_file, MODEL,
		 "a bound device keeps its address space when the iommufd is closed, and its close "
		 "ends both")
{
	cleanup_memory struct memory from = {0}, to = {0};
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	struct ioas ioas;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &from));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &to));
	ioas = ioas_of(&user.dut);
	ASSERT_OK(iommufd_map_at(&ioas, from.at, IOMMU_PAGE, IOAS_RW, WINDOW));
	ASSERT_OK(iommufd_map_at(&ioas, to.at, IOMMU_PAGE, IOAS_RW, 2 * WINDOW));
	close(steal_fd(&vfio->iommufd));
	ASSERT_CHECK(check_dma_copies(&user.dut, 2 * WINDOW, to.at, WINDOW, from.at, 64));
	PASS();
}

SCENARIO(fault_queue_in_use_while_file_open, "first mode=cdev",
	 "a fault queue cannot be destroyed (EBUSY) until its file is closed, and its file may "
	 "outlive the iommufd")
{
	cleanup_close int iommufd = iommufd_open(), file = -1;
	struct iommu_fault_alloc alloc = {.size = sizeof(alloc)};
	int err = vfio_ioctl(iommufd, IOMMU_FAULT_QUEUE_ALLOC, &alloc);

	if (err == -ENOTTY)
		SKIPm("the kernel lacks IOMMU_FAULT_QUEUE_ALLOC");
	ASSERT_OK(err);
	file = (int)alloc.out_fault_fd;
	ASSERT_ERRNO(EBUSY, iommufd_destroy(iommufd, alloc.out_fault_id));
	close(steal_fd(&file));
	ASSERT_OK(iommufd_destroy(iommufd, alloc.out_fault_id));
	ASSERT_OK(vfio_ioctl(iommufd, IOMMU_FAULT_QUEUE_ALLOC, &alloc));
	file = (int)alloc.out_fault_fd;
	close(steal_fd(&iommufd));
	PASS();
}

static const char *close_with_everything(void *of __attribute__((unused)))
{
	cleanup_mapped struct mapped mapped = MAPPED_NONE;
	const struct iommu_iova_range allowed = {WINDOW, 2 * WINDOW};
	uint64_t iova = 2 * WINDOW, chosen = 0;
	int err = mapped_open(&mapped);

	if (!err)
		err = iommufd_allow(&mapped.first, &allowed, 1);
	if (!err)
		err = iommufd_copy(&mapped.second, &iova, &mapped.first, WINDOW, mapped.memory.len,
				   IOAS_RW | IOAS_FIXED);
	if (!err)
		err = iommufd_map(&mapped.first, mapped.memory.at, IOMMU_PAGE, IOAS_R, &chosen);
	if (!err)
		err = iommufd_vfio_ioas(mapped.iommufd, IOMMU_VFIO_IOAS_SET, &mapped.second.id);
	return err ? error_name(err) : NULL;
}

SCENARIO(closed_iommufd_leaks_nothing, "first mode=cdev",
	 "an iommufd that is closed with address spaces, mappings and copies leaks nothing",
	 .deadline_ms = 20000)
{
	const struct growth_test test = {
		.round = close_with_everything, .warm_up = 2, .rounds = 4, .slabs = true};

	ASSERT_NO_GROWTH(&test);
	PASS();
}

static const char *alloc_and_destroy(void *of)
{
	const struct dut *dut = of;
	uint32_t hwpt;
	struct ioas ioas;
	int err = iommufd_create_ioas(dut->vfio.iommufd, &ioas);

	if (!err)
		err = hwpt_alloc(ioas.iommufd, dut->vfio.devid, ioas.id, 0, &hwpt);
	if (!err && iommufd_destroy(ioas.iommufd, ioas.id) != -EBUSY)
		return "an IOAS with a page table was destroyed";
	if (!err)
		err = iommufd_destroy(ioas.iommufd, hwpt);
	if (!err)
		err = iommufd_destroy(ioas.iommufd, ioas.id);
	return err ? error_name(err) : NULL;
}

SCENARIO(destroyed_objects_leak_nothing, MODEL,
	 "page tables and address spaces that are destroyed leak nothing", .deadline_ms = 20000)
{
	const struct growth_test test = {
		.round = alloc_and_destroy, .of = dut, .warm_up = 2, .rounds = 4, .slabs = true};

	ASSERT_NO_GROWTH(&test);
	PASS();
}
