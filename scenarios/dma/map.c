// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: valid and invalid mappings: VFIO_IOMMU_MAP_DMA, VFIO_IOMMU_UNMAP_DMA and
 * VFIO_IOMMU_DIRTY_PAGES of a container with the type1v2 IOMMU (include/uapi/linux/vfio.h). The
 * device does no DMA here.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/iommu.h"

#include <sys/mman.h>

#define WINDOW	 0x08000000ull
#define PAGES	 16u
#define NO_FLAGS 0u
#define ALL_BITS UINT64_MAX

/*
 * IOMMU page tables and mappings belong to the container: any device that is alone in it will do.
 */
#define ALONE "dma !group:2 container"

static const struct {
	const char *name;
	uint32_t argsz; /* 0: the right one */
	uint32_t flags;
	uint64_t vaddr; /* from the memory's start */
	uint64_t iova, size;
	int error;
} bad_maps[] = {
	{"no flags", 0, NO_FLAGS, 0, WINDOW, IOMMU_PAGE, EINVAL},
	{"an unknown flag", 0, MAP_RW | 1u << 31, 0, WINDOW, IOMMU_PAGE, EINVAL},
	{"the flag of another call", 0, MAP_RW | 1u << 3, 0, WINDOW, IOMMU_PAGE, EINVAL},
	{"argsz too small", sizeof(struct vfio_iommu_type1_dma_map) - 1, MAP_RW, 0, WINDOW,
	 IOMMU_PAGE, EINVAL},
	{"no size", 0, MAP_RW, 0, WINDOW, 0, EINVAL},
	{"size not of whole pages", 0, MAP_RW, 0, WINDOW, IOMMU_PAGE + 1, EINVAL},
	{"size below a page", 0, MAP_RW, 0, WINDOW, IOMMU_PAGE - 1, EINVAL},
	{"IOVA inside a page", 0, MAP_RW, 0, WINDOW + 8, IOMMU_PAGE, EINVAL},
	{"memory inside a page", 0, MAP_RW, 8, WINDOW, IOMMU_PAGE, EINVAL},
	{"IOVA that wraps round", 0, MAP_RW, 0, ALL_BITS - IOMMU_PAGE + 1, 2 * IOMMU_PAGE, EINVAL},
	{"IOVA and size that wrap to 0", 0, MAP_RW, 0, 0, ALL_BITS - IOMMU_PAGE + 1, EINVAL},
	{"IOVA beyond the IOMMU's width", 0, MAP_RW, 0, 1ull << 60, IOMMU_PAGE, EINVAL},
	{"IOVA of the interrupts", 0, MAP_RW, 0, 0xfee00000, IOMMU_PAGE, EINVAL},
	{"IOVA that runs into the interrupts", 0, MAP_RW, 0, 0xfedff000, 2 * IOMMU_PAGE, EINVAL},
	{"memory that is not there", 0, MAP_RW, 1ull << 40, WINDOW, IOMMU_PAGE, EFAULT},
	{"memory that ends too soon", 0, MAP_RW, (PAGES - 1) * IOMMU_PAGE, WINDOW, 2 * IOMMU_PAGE,
	 EFAULT},
};

/* PAGES of memory at 4 GiB, with nothing mapped behind it. */
static int take_alone(struct memory *memory)
{
	const size_t len = (PAGES + 1) * IOMMU_PAGE;
	int err = memory_take(len, 0, memory);

	if (!err && munmap(memory->at + len - IOMMU_PAGE, IOMMU_PAGE))
		err = -errno;
	if (!err)
		memory->len = len - IOMMU_PAGE;
	return err;
}

SCENARIO_TABLE(invalid_map_refused, bad_maps, ALONE,
	       "an invalid map request fails and maps nothing")
{
	cleanup_memory struct memory memory = {0};
	struct vfio_iommu_type1_dma_map map = {
		.flags = row->flags, .iova = row->iova, .size = row->size};
	uint64_t left;
	int err;

	ASSERT_OK(take_alone(&memory));
	map.argsz = row->argsz ? row->argsz : sizeof(map);
	map.vaddr = (uintptr_t)memory.at + row->vaddr;
	err = wrapped(vfio_ioctl(dut->vfio.container, VFIO_IOMMU_MAP_DMA, &map));
	ASSERT_OK(iommu_unmap(dut, 0, 1ull << 40, &left));
	ASSERT_ERRNO(row->error, err);
	ASSERT_NUMBER(0, left);
	PASS();
}

SCENARIO(read_only_memory_mapped_read_only, ALONE,
	 "memory the process cannot write can be mapped for device reads only")
{
	cleanup_memory struct memory memory = {0};

	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(mprotect(memory.at, memory.len, PROT_READ) ? -errno : 0);
	ASSERT_ERRNO(EFAULT, iommu_map(dut, memory.at, WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW, IOMMU_PAGE, MAP_R));
	ASSERT_OK(iommu_unmap(dut, WINDOW, IOMMU_PAGE, NULL));
	PASS();
}

/* In pages, with pages 4 to 7 mapped. */
static const struct {
	const char *name;
	unsigned int first, count;
	int error;
} overlaps[] = {
	{"the same", 4, 4, EEXIST},
	{"the first page", 4, 1, EEXIST},
	{"the last page", 7, 1, EEXIST},
	{"from before into it", 3, 2, EEXIST},
	{"from its end beyond it", 7, 2, EEXIST},
	{"all around it", 2, 8, EEXIST},
	{"just before it", 3, 1, 0},
	{"just behind it", 8, 1, 0},
};

SCENARIO_TABLE(overlapping_map_eexist, overlaps, ALONE,
	       "a map that overlaps another fails with EEXIST, an adjacent one succeeds")
{
	cleanup_memory struct memory memory = {0};
	const uint64_t iova = WINDOW + row->first * IOMMU_PAGE, size = row->count * IOMMU_PAGE;
	uint64_t unmapped;
	int err;

	ASSERT_OK(memory_take(PAGES * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW + 4 * IOMMU_PAGE, 4 * IOMMU_PAGE, MAP_RW));
	err = iommu_map(dut, memory.at, iova, size, MAP_RW);
	ASSERT_OK(iommu_unmap(dut, WINDOW, PAGES * IOMMU_PAGE, &unmapped));
	ASSERT_RESULT(row->error, err);
	ASSERT_NUMBER(4 * IOMMU_PAGE + (err ? 0 : size), unmapped);
	PASS();
}

/* In pages, with 0 to 3, 4 to 7 and 12 to 15 mapped; the number of pages unmapped. */
static const struct {
	const char *name;
	unsigned int first, count;
	int error;
	unsigned int unmapped;
} splits[] = {
	{"the first half of one", 4, 2, EINVAL, 0},
	{"the second half of one", 6, 2, EINVAL, 0},
	{"the middle of one", 5, 2, EINVAL, 0},
	{"one and half of the next", 0, 6, EINVAL, 0},
	{"half of one and the next", 2, 6, EINVAL, 0},
	{"one", 4, 4, 0, 4},
	{"two", 0, 8, 0, 8},
	{"a hole", 8, 4, 0, 0},
	{"one, a hole and another", 4, 12, 0, 8},
	{"all", 0, 16, 0, 12},
};

SCENARIO_TABLE(type1v2_unmap_never_splits, splits, ALONE,
	       "type1v2 unmaps one or several whole mappings, also with holes between, and never "
	       "part of one")
{
	static const unsigned int maps[] = {0, 4, 12};
	cleanup_memory struct memory memory = {0};
	uint64_t unmapped, left;
	int err;

	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, &memory));
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		ASSERT_OK(iommu_map(dut, memory.at, WINDOW + maps[i] * IOMMU_PAGE, 4 * IOMMU_PAGE,
				    MAP_RW));
	err = iommu_unmap(dut, WINDOW + row->first * IOMMU_PAGE, row->count * IOMMU_PAGE,
			  &unmapped);
	ASSERT_OK(iommu_unmap(dut, WINDOW, PAGES * IOMMU_PAGE, &left));
	ASSERT_RESULT(row->error, err);
	ASSERT_NUMBER(row->unmapped * IOMMU_PAGE, unmapped);
	ASSERT_NUMBER((12 - row->unmapped) * IOMMU_PAGE, left);
	PASS();
}

static const struct {
	const char *name;
	uint32_t argsz; /* 0: the right one */
	uint32_t flags;
	uint64_t iova, size;
} bad_unmaps[] = {
	{"an unknown flag", 0, 1u << 31, WINDOW, IOMMU_PAGE},
	{"argsz too small", sizeof(struct vfio_iommu_type1_dma_unmap) - 1, 0, WINDOW, IOMMU_PAGE},
	{"no size", 0, 0, WINDOW, 0},
	{"size not of whole pages", 0, 0, WINDOW, IOMMU_PAGE + 8},
	{"IOVA inside a page", 0, 0, WINDOW + 8, IOMMU_PAGE},
	{"IOVA that wraps round", 0, 0, ALL_BITS - IOMMU_PAGE + 1, 2 * IOMMU_PAGE},
	{"the dirty bitmap, with no room for it", 0, VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, WINDOW,
	 IOMMU_PAGE},
	{"all, with an address", 0, VFIO_DMA_UNMAP_FLAG_ALL, WINDOW, IOMMU_PAGE},
};

SCENARIO_TABLE(invalid_unmap_refused, bad_unmaps, ALONE,
	       "an invalid unmap request fails with EINVAL and unmaps nothing")
{
	cleanup_memory struct memory memory = {0};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.flags = row->flags, .iova = row->iova, .size = row->size};
	uint64_t left;
	int err;

	unmap.argsz = row->argsz ? row->argsz : sizeof(unmap);
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW, IOMMU_PAGE, MAP_RW));
	err = vfio_ioctl(dut->vfio.container, VFIO_IOMMU_UNMAP_DMA, &unmap);
	ASSERT_OK(iommu_unmap(dut, WINDOW, IOMMU_PAGE, &left));
	ASSERT_RESULT(EINVAL, wrapped(err));
	ASSERT_NUMBER(IOMMU_PAGE, left);
	PASS();
}

/* VFIO_UNMAP_ALL is new in 5.12. */
SCENARIO(unmap_all, ALONE,
	 "VFIO_DMA_UNMAP_FLAG_ALL unmaps everything if VFIO_UNMAP_ALL is supported, and fails if "
	 "not")
{
	struct vfio_iommu_type1_dma_unmap all = {.argsz = sizeof(all),
						 .flags = VFIO_DMA_UNMAP_FLAG_ALL};
	cleanup_memory struct memory memory = {0};
	const int has =
		vfio_ioctl(dut->vfio.container, VFIO_CHECK_EXTENSION, (void *)VFIO_UNMAP_ALL);
	uint64_t left;
	int err;

	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(dut, memory.at, 2 * WINDOW, IOMMU_PAGE, MAP_RW));
	err = vfio_ioctl(dut->vfio.container, VFIO_IOMMU_UNMAP_DMA, &all);
	ASSERT_OK(iommu_unmap(dut, WINDOW, 2 * WINDOW, &left));
	fact("unmap_all=%d", has);
	ASSERT_RESULT(has > 0 ? 0 : EINVAL, err);
	ASSERT_NUMBER(has > 0 ? 2 * IOMMU_PAGE : 0, all.size);
	ASSERT_NUMBER(has > 0 ? 0 : 2 * IOMMU_PAGE, left);
	PASS();
}

static const struct {
	const char *name;
	uint32_t argsz; /* 0: the right one */
	uint32_t flags;
} bad_dirty[] = {
	{"argsz too small", sizeof(struct vfio_iommu_type1_dirty_bitmap) - 1,
	 VFIO_IOMMU_DIRTY_PAGES_FLAG_START},
	{"an unknown flag", 0, 1u << 31},
	{"start and stop at once", 0,
	 VFIO_IOMMU_DIRTY_PAGES_FLAG_START | VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP},
	{"a bitmap, with no room for it", 0, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP},
};

SCENARIO_TABLE(invalid_dirty_request_refused, bad_dirty, ALONE,
	       "an invalid VFIO_IOMMU_DIRTY_PAGES request fails with EINVAL")
{
	struct vfio_iommu_type1_dirty_bitmap dirty = {.flags = row->flags};

	dirty.argsz = row->argsz ? row->argsz : sizeof(dirty);
	ASSERT_ERRNO(EINVAL, vfio_ioctl(dut->vfio.container, VFIO_IOMMU_DIRTY_PAGES, &dirty));
	PASS();
}
