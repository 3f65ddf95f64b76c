// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: the limits of mappings, the result of VFIO_IOMMU_GET_INFO, and the older type1 IOMMU, which
 * unmaps differently (include/uapi/linux/vfio.h; the comments in drivers/vfio/vfio_iommu_type1.c).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/kernel/privilege.h"
#include "scenarios/lib/kernel/setting.h"
#include "scenarios/lib/vfio/iommu.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>

#define WINDOW	    0x08000000ull
#define ALONE	    "dma !group:2" /* the IOMMU and its user are the same for all DUTs */
#define ENTRY_LIMIT "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"

/* Bind and open DUT in a container whose IOMMU is of type IOMMU. */
static enum greatest_test_res open_as(struct dut *dut, unsigned long iommu, struct user *user)
{
	*user = (struct user){.dut = *dut, .bound = true};
	ASSERT_OK(pci_bind(dut->address, "vfio-pci"));
	ASSERT_OK(vfio_open_iommu(dut->mode, dut->address, iommu, &user->dut.vfio));
	PASS();
}

/*
 * In pages, with a mapping of pages 4 to 7 next to another of 8 to 11; the number reported as
 * unmapped.
 */
static const struct {
	const char *name;
	unsigned int first, count, unmapped;
} v1_splits[] = {
	{"the second half of one", 6, 2, 0},   {"the middle of one", 5, 2, 0},
	{"the first page of one", 4, 1, 4},    {"one", 4, 4, 4},
	{"one and half of the next", 4, 6, 8}, {"both", 4, 8, 8},
};

static enum greatest_test_res split_v1(struct dut *dut, const struct memory *memory, size_t i)
{
	uint64_t unmapped, left;

	ASSERT_OK(iommu_map(dut, memory->at, WINDOW + 4 * IOMMU_PAGE, 4 * IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(dut, memory->at, WINDOW + 8 * IOMMU_PAGE, 4 * IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_unmap(dut, WINDOW + v1_splits[i].first * IOMMU_PAGE,
			      v1_splits[i].count * IOMMU_PAGE, &unmapped));
	ASSERT_OK(iommu_unmap(dut, WINDOW, 16 * IOMMU_PAGE, &left));
	ASSERT_NUMBER(v1_splits[i].unmapped * IOMMU_PAGE, unmapped);
	ASSERT_NUMBER((8 - v1_splits[i].unmapped) * IOMMU_PAGE, left);
	PASS();
}

SCENARIO_UNBOUND(type1_v1_unmap_takes_whole_mappings, ALONE " container",
		 "type1 (v1) unmaps a whole mapping if the range covers its start, and nothing if "
		 "it starts inside")
{
	cleanup_memory struct memory memory = {0};
	cleanup_user struct user user = USER_NONE;

	CHECK_CALL(open_as(dut, VFIO_TYPE1_IOMMU, &user));
	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, &memory));
	for (size_t i = 0; i < ARRAY_SIZE(v1_splits); i++) {
		if (split_v1(&user.dut, &memory, i) == GREATEST_TEST_RES_FAIL)
			return scenario_row_failed(v1_splits[i].name);
	}
	PASS();
}

SCENARIO_UNBOUND(type1_v1_device_copies, ALONE " container",
		 "the device copies between mappings of a type1 (v1) IOMMU")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_dma struct dma from = {0}, to = {0};

	CHECK_CALL(open_as(dut, VFIO_TYPE1_IOMMU, &user));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &to));
	pattern_fill(from.at, from.len, 11);
	ASSERT_OK(dut_dma(&user.dut, to.iova, from.iova, 1024));
	ASSERT_BYTES(from.at, to.at, 1024);
	PASS();
}

/* Since 5.1 (CVE-2019-3882): without a limit, a user can make the kernel allocate without bound. */
SCENARIO_UNBOUND(
	dma_entry_limit_enforced, ALONE " mode=type1",
	"a container accepts dma_entry_limit mappings, and another only after one is unmapped")
{
	cleanup_setting struct kept_setting limit = {0};
	cleanup_memory struct memory memory = {0};
	cleanup_user struct user user = USER_NONE;
	struct dut *own = &user.dut;

	ASSERT_OK(setting_change(ENTRY_LIMIT, 3, &limit));
	CHECK_CALL(open_as(dut, VFIO_TYPE1v2_IOMMU, &user));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	for (unsigned int i = 0; i < 3; i++)
		ASSERT_OK(iommu_map(own, memory.at, WINDOW + i * IOMMU_PAGE, IOMMU_PAGE, MAP_RW));
	ASSERT_ERRNO(ENOSPC,
		     iommu_map(own, memory.at, WINDOW + 3 * IOMMU_PAGE, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_unmap(own, WINDOW + IOMMU_PAGE, IOMMU_PAGE, NULL));
	ASSERT_OK(iommu_map(own, memory.at, WINDOW + 3 * IOMMU_PAGE, IOMMU_PAGE, MAP_RW));
	ASSERT_ERRNO(ENOSPC, iommu_map(own, memory.at, WINDOW + IOMMU_PAGE, IOMMU_PAGE, MAP_RW));
	PASS();
}

SCENARIO(memlock_limit_enforced, ALONE,
	 "mapped memory counts as locked, and a map beyond RLIMIT_MEMLOCK fails")
{
	const struct rlimit limit = {8 * IOMMU_PAGE, 8 * IOMMU_PAGE};
	cleanup_memory struct memory memory = {0};
	uint64_t unmapped;

	ASSERT_OK(memory_take(16 * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(setrlimit(RLIMIT_MEMLOCK, &limit) ? -errno : 0);
	ASSERT_OK(privilege_set(CAP_IPC_LOCK, false));
	ASSERT_ERRNO(ENOMEM, iommu_map(dut, memory.at, WINDOW, 9 * IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW, 8 * IOMMU_PAGE, MAP_RW));
	ASSERT_ERRNO(ENOMEM,
		     iommu_map(dut, memory.at + 8 * IOMMU_PAGE, 2 * WINDOW, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_unmap(dut, WINDOW, 8 * IOMMU_PAGE, &unmapped));
	ASSERT_NUMBER(8 * IOMMU_PAGE, unmapped);
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW, 8 * IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_unmap(dut, WINDOW, 8 * IOMMU_PAGE, NULL));
	PASS();
}

/*
 * A caller without room for capabilities gets the fields that fit, and argsz returns the size that
 * all of it needs.
 */
SCENARIO(iommu_info_argsz, ALONE " container",
	 "VFIO_IOMMU_GET_INFO accepts any argsz that holds the page sizes and reports the size it "
	 "needs")
{
	struct vfio_iommu_type1_info least = {
		.argsz = offsetof(struct vfio_iommu_type1_info, iova_pgsizes)};
	struct vfio_iommu_type1_info some = {.argsz = sizeof(some)};
	union iommu_info all;

	ASSERT_ERRNO(EINVAL, vfio_ioctl(dut->vfio.container, VFIO_IOMMU_GET_INFO, &least));
	least.argsz += sizeof(least.iova_pgsizes);
	least.cap_offset = 0x5a5a5a5a;
	ASSERT_OK(vfio_ioctl(dut->vfio.container, VFIO_IOMMU_GET_INFO, &least));
	ASSERT_HEX(0x5a5a5a5a, least.cap_offset);
	ASSERT_OK(vfio_ioctl(dut->vfio.container, VFIO_IOMMU_GET_INFO, &some));
	ASSERT_OK(iommu_info(dut, &all));
	ASSERT_HEX(VFIO_IOMMU_INFO_PGSIZES, some.flags & VFIO_IOMMU_INFO_PGSIZES);
	ASSERT_HEX(IOMMU_PAGE, some.iova_pgsizes & IOMMU_PAGE);
	ASSERT_HEX(some.iova_pgsizes, least.iova_pgsizes);
	ASSERT_THAT(!(some.flags & VFIO_IOMMU_INFO_CAPS) ||
			    (some.argsz > sizeof(some) && !some.cap_offset),
		    "there are capabilities: argsz %u, offset %u", some.argsz, some.cap_offset);
	fact("iova_pgsizes=0x%llx", (unsigned long long)all.info.iova_pgsizes);
	PASS();
}

/* The ranges are in order, do not overlap, and exclude VT-d's interrupt range. */
static const char *check_ranges(const struct vfio_iommu_type1_info_cap_iova_range *ranges)
{
	if (!ranges || !ranges->nr_iovas)
		return text("there are no IOVA ranges");
	for (uint32_t i = 0; i < ranges->nr_iovas; i++) {
		const struct vfio_iova_range *range = &ranges->iova_ranges[i];

		if (range->start > range->end ||
		    (i && range->start <= ranges->iova_ranges[i - 1].end))
			return text("range %u, 0x%llx to 0x%llx, is out of order", i,
				    (unsigned long long)range->start,
				    (unsigned long long)range->end);
		if (range->start <= 0xfeefffff && range->end >= 0xfee00000)
			return text("range %u, 0x%llx to 0x%llx, includes the interrupt range", i,
				    (unsigned long long)range->start,
				    (unsigned long long)range->end);
	}
	return NULL;
}

/* The range's first and last page can be mapped, the pages just outside cannot. */
static enum greatest_test_res range_holds(struct dut *dut, const void *page,
					  const struct vfio_iova_range *range)
{
	const uint64_t last = range->end - IOMMU_PAGE + 1;

	ASSERT_OK(iommu_map(dut, page, range->start, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(dut, page, last, IOMMU_PAGE, MAP_RW));
	ASSERT_ERRNO(EINVAL, iommu_map(dut, page, last + IOMMU_PAGE, IOMMU_PAGE, MAP_RW));
	ASSERT_THAT(!range->start || iommu_map(dut, page, range->start - IOMMU_PAGE, IOMMU_PAGE,
					       MAP_RW) == -EINVAL,
		    "the page before 0x%llx can be mapped", (unsigned long long)range->start);
	ASSERT_OK(iommu_unmap(dut, range->start, IOMMU_PAGE, NULL));
	ASSERT_OK(iommu_unmap(dut, last, IOMMU_PAGE, NULL));
	PASS();
}

SCENARIO(iova_ranges_are_mappable, ALONE " container",
	 "exactly the IOVA ranges reported by VFIO_IOMMU_GET_INFO can be mapped, to the page")
{
	const struct vfio_iommu_type1_info_cap_iova_range *ranges;
	cleanup_memory struct memory memory = {0};
	union iommu_info info;

	ASSERT_OK(iommu_info(dut, &info));
	ranges = iommu_capability(&info, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE);
	ASSERT_CHECK(check_ranges(ranges));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	for (uint32_t i = 0; ranges && i < ranges->nr_iovas; i++) {
		fact("iova_range[%u]=0x%llx-0x%llx", i,
		     (unsigned long long)ranges->iova_ranges[i].start,
		     (unsigned long long)ranges->iova_ranges[i].end);
		CHECK_CALL(range_holds(dut, memory.at, &ranges->iova_ranges[i]));
	}
	PASS();
}

/* Returns the number of mappings still available, or -1 if the kernel does not report it. */
static long available(struct dut *dut)
{
	const struct vfio_iommu_type1_info_dma_avail *avail;
	union iommu_info info;

	if (iommu_info(dut, &info))
		return -1;
	avail = iommu_capability(&info, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
	return avail ? (long)avail->avail : -1;
}

/* Since 5.10. */
SCENARIO(available_mappings_counted, ALONE " container",
	 "the count of available mappings falls with each map and rises with each unmap")
{
	cleanup_memory struct memory memory = {0};
	const long before = available(dut);
	long mapped, refused;
	int err;

	if (before < 0)
		SKIPm("the kernel does not report how many mappings are left");
	fact("dma_avail=%ld", before);
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommu_map(dut, memory.at, WINDOW, IOMMU_PAGE, MAP_RW));
	mapped = available(dut);
	err = iommu_map(dut, memory.at, WINDOW, IOMMU_PAGE, MAP_RW);
	refused = available(dut);
	ASSERT_OK(iommu_unmap(dut, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_RESULT(EEXIST, err);
	ASSERT_NUMBER(before - 1, mapped);
	ASSERT_NUMBER(before - 1, refused);
	ASSERT_NUMBER(before, available(dut));
	PASS();
}
