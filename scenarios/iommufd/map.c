// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: IOMMU_IOAS_MAP and IOMMU_IOAS_MAP_FILE (include/uapi/linux/iommufd.h): which mappings
 * there are, and what the DMA of a device reaches through them.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

/* QEMU's edu takes 0.2 s for a copy, so its machine tests only what depends on the device. */
#define ALONE  "dma !group:2 mode=cdev"
#define MODEL  "driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW 0x08000000ull

/* Map memory AT at exactly IOVA. */
static int map_at(const struct ioas *ioas, const void *at, uint64_t len, uint64_t iova)
{
	return iommufd_map(ioas, at, len, IOAS_RW | IOAS_FIXED, &iova);
}

/* Pages 4 to 7 of WINDOW are mapped; a second mapping of pages, which must fail. */
static const struct {
	const char *name;
	unsigned int first, count;
} overlaps[] = {
	{"the same", 4, 4},	  {"its first page", 4, 1}, {"its last page", 7, 1},
	{"pages in it", 5, 2},	  {"all around it", 3, 6},  {"half before it", 2, 4},
	{"half behind it", 6, 4},
};

SCENARIO_TABLE(overlapping_map_refused, overlaps, MODEL,
	       "a mapping over another one fails with EEXIST, and the first one stays")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory first = {0}, second = {0};
	uint64_t unmapped;
	const char *why;
	int err;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, &first));
	ASSERT_OK(memory_take(8 * IOMMU_PAGE, 0, &second));
	ASSERT_OK(map_at(&ioas, first.at, first.len, WINDOW + 4 * IOMMU_PAGE));
	err = map_at(&ioas, second.at, row->count * IOMMU_PAGE, WINDOW + row->first * IOMMU_PAGE);
	why = check_dma_copies(dut, WINDOW + 4 * IOMMU_PAGE, first.at, WINDOW + 7 * IOMMU_PAGE,
			       first.at + 3 * IOMMU_PAGE, 64);
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, 16 * IOMMU_PAGE, &unmapped));
	ASSERT_RESULT(EEXIST, err);
	ASSERT_CHECK(why);
	ASSERT_NUMBER(first.len, unmapped);
	PASS();
}

/* First the write: QEMU's VT-d reports no fault if it has the page in its IOTLB. */
SCENARIO(readable_mapping_not_writable, ALONE,
	 "the device reads memory mapped READABLE alone, and cannot write it")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	cleanup_dma struct dma own = {0};
	const uint8_t zeros[64] = {0};
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, IOMMU_PAGE, IOAS_R, WINDOW));
	memset(own.at, 0x5a, sizeof(zeros));
	why = check_dma_blocked(dut, WINDOW, own.iova)
		      ?: check_bytes(zeros, memory.at, sizeof(zeros))
		      ?: check_dma_copies(dut, own.iova, own.at, WINDOW, memory.at, sizeof(zeros));
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_CHECK(why);
	PASS();
}

/* Whether it can also be read depends on the IOMMU: VT-d has no write-only pages. */
SCENARIO(writeable_mapping_writable, ALONE, "the device writes memory mapped WRITEABLE alone")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	cleanup_dma struct dma own = {0};
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, IOMMU_PAGE, IOAS_W, WINDOW));
	why = check_dma_copies(dut, WINDOW, memory.at, own.iova, own.at, 64);
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_CHECK(why);
	PASS();
}

/* Memory of two pages, of which the second is given this protection; PROT_GONE unmaps it. */
#define PROT_GONE -1
static const struct {
	const char *name;
	int protection;
	uint32_t flags;
	int error;
} protections[] = {
	{"a page that cannot be written, for writing", PROT_READ, IOAS_RW, EFAULT},
	{"a page that cannot be written, for reading", PROT_READ, IOAS_R, 0},
	{"a page without access", PROT_NONE, IOAS_R, EFAULT},
	{"a page that is not mapped", PROT_GONE, IOAS_RW, EFAULT},
};

SCENARIO_TABLE(map_needs_access_to_memory, protections, MODEL,
	       "memory that the process cannot access so is not mapped, and leaves no page pinned")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	const long pinned = pages_pinned(), charged = process_kib(0, "VmPin");
	uint64_t iova = WINDOW, unmapped;
	int err;

	ASSERT_OK(memory_take(2 * IOMMU_PAGE, 0, &memory));
	if (row->protection == PROT_GONE)
		munmap(memory.at + IOMMU_PAGE, IOMMU_PAGE);
	else
		mprotect(memory.at + IOMMU_PAGE, IOMMU_PAGE, row->protection);
	err = iommufd_map(&ioas, memory.at, memory.len, row->flags | IOAS_FIXED, &iova);
	iommufd_unmap(&ioas, WINDOW, memory.len, &unmapped);
	ASSERT_RESULT(row->error, err);
	ASSERT_NUMBER(row->error ? 0 : memory.len, unmapped);
	ASSERT_NUMBER(pinned, pages_pinned());
	ASSERT_NUMBER(charged, process_kib(0, "VmPin"));
	PASS();
}

SCENARIO_UNBOUND(mappings_before_attach_reach_device, MODEL,
		 "a device that is attached to an IOAS gets the mappings made before, and loses "
		 "those of the one it had")
{
	cleanup_memory struct memory from = {0}, to = {0};
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	struct ioas ioas;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(memory_take(2 * IOMMU_PAGE, 0, &from));
	ASSERT_OK(memory_take(2 * IOMMU_PAGE, 0, &to));
	ASSERT_OK(iommufd_create_ioas(vfio->iommufd, &ioas));
	ASSERT_OK(map_at(&ioas, from.at, from.len, WINDOW));
	ASSERT_OK(map_at(&ioas, to.at, to.len, 2 * WINDOW));
	ASSERT_CHECK(check_dma_blocked(&user.dut, 2 * WINDOW, WINDOW));
	ASSERT_OK(cdev_attach(vfio->device, ioas.id));
	ASSERT_CHECK(check_dma_copies(&user.dut, 2 * WINDOW + IOMMU_PAGE, to.at + IOMMU_PAGE,
				      WINDOW + 64, from.at + 64, IOMMU_PAGE));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	ASSERT_CHECK(check_dma_blocked(&user.dut, 2 * WINDOW, WINDOW));
	PASS();
}

/* IOMMU page tables need whole pages; an IOAS without devices does not. */
SCENARIO(map_within_page_needs_no_device, MODEL,
	 "part of a page is mapped in an IOAS without devices, and refused in one with a device")
{
	const struct ioas attached = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	struct ioas ioas;
	int err, destroyed;

	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_create_ioas(dut->vfio.iommufd, &ioas));
	err = map_at(&ioas, memory.at + 8, 16, WINDOW + 8);
	destroyed = iommufd_destroy(ioas.iommufd, ioas.id);
	ASSERT_OK(err);
	ASSERT_OK(destroyed);
	ASSERT_ERRNO(EINVAL, map_at(&attached, memory.at, 16, WINDOW));
	ASSERT_ERRNO(EINVAL, map_at(&attached, memory.at + 8, IOMMU_PAGE, WINDOW));
	ASSERT_ERRNO(EINVAL, map_at(&attached, memory.at, IOMMU_PAGE, WINDOW + 8));
	PASS();
}

/* Pinned: it is the device's until it is unmapped, whatever the process does. */
SCENARIO(mapping_outlives_munmap, MODEL,
	 "the device still reaches memory that the process has unmapped, and not what replaces it")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory old = {0}, new = {0};
	cleanup_dma struct dma own = {0};
	uint8_t expected[64];
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &old));
	memset(old.at, 0x11, sizeof(expected));
	memset(expected, 0x11, sizeof(expected));
	ASSERT_OK(map_at(&ioas, old.at, IOMMU_PAGE, WINDOW));
	munmap(old.at, IOMMU_PAGE);
	new.at = mmap(old.at, IOMMU_PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0);
	memset(new.at, 0x22, sizeof(expected));
	why = dut_dma(dut, own.iova, WINDOW, sizeof(expected)) ? "the device cannot read it" : NULL;
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_CHECK(why);
	ASSERT_BYTES(expected, own.at, sizeof(expected));
	PASS();
}
