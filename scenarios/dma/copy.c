// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: memory that the device can access: exactly what VFIO_IOMMU_MAP_DMA has mapped ("map process
 * virtual addresses to IO virtual addresses"). The device does the copying; every byte is compared.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/setting.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"

#include <string.h>
#include <sys/mman.h>

/* IOVAs that dma_alloc does not use, within reach of the device of every DUT driver. */
#define WINDOW	  0x08000000ull
#define ELSEWHERE 0x0a000000ull
#define HUGE	  (2ull << 20)
#define HUGEPAGES "/proc/sys/vm/nr_hugepages"

/*
 * QEMU's edu takes 0.2 s for a copy. So what does not depend on the device's place and group is
 * tested only with devices that are alone in their group.
 */
#define ALONE "dma !group:2"

/* Offsets in two mappings of two pages each, and the length to copy. */
static const struct {
	const char *name;
	size_t from, to, len;
} copies[] = {
	{"a page", 0, IOMMU_PAGE, 4096},
	{"an odd length, across pages and to the last bytes", 4064, 8128, 61},
};

SCENARIO_TABLE(device_copies_between_mappings, copies, "dma",
	       "the device copies exactly the requested bytes between two mappings")
{
	cleanup_dma struct dma from = {0}, to = {0};
	uint8_t expected[2 * IOMMU_PAGE];

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, sizeof(expected), &from));
	ASSERT_OK(dma_alloc(dut, sizeof(expected), &to));
	pattern_fill(from.at, from.len, 1);
	pattern_fill(to.at, to.len, 100);
	pattern_fill(expected, sizeof(expected), 100);
	memcpy(expected + row->to, (uint8_t *)from.at + row->from, row->len);
	ASSERT_OK(dut_dma(dut, to.iova + row->to, from.iova + row->from, row->len));
	ASSERT_BYTES(expected, to.at, sizeof(expected));
	PASS();
}

/*
 * Two IOVAs of one page reach the same memory; an IOVA that is mapped anew reaches the new memory.
 */
SCENARIO(two_iovas_same_memory, ALONE,
	 "memory mapped at two IOVAs holds the same data through both")
{
	cleanup_dma struct dma from = {0}, to = {0};
	cleanup_memory struct memory again = {0};

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &to));
	ASSERT_OK(iommu_map(dut, from.at, WINDOW, IOMMU_PAGE, MAP_R));
	pattern_fill(from.at, from.len, 7);
	ASSERT_OK(dut_dma(dut, to.iova, WINDOW, 256));
	ASSERT_BYTES(from.at, to.at, 256);
	ASSERT_OK(iommu_unmap(dut, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &again));
	pattern_fill(again.at, again.len, 77);
	ASSERT_OK(iommu_map(dut, again.at, WINDOW, IOMMU_PAGE, MAP_R));
	ASSERT_OK(dut_dma(dut, to.iova, WINDOW, 256));
	ASSERT_BYTES(again.at, to.at, 256);
	ASSERT_OK(iommu_unmap(dut, WINDOW, IOMMU_PAGE, NULL));
	PASS();
}

/* The device still works within its mappings. */
static enum greatest_test_res still_copies(struct dut *dut)
{
	cleanup_dma struct dma from = {0}, to = {0};

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &to));
	pattern_fill(from.at, from.len, 33);
	ASSERT_OK(dut_dma(dut, to.iova, from.iova, 512));
	ASSERT_BYTES(from.at, to.at, 512);
	PASS();
}

/* Memory at WINDOW and at the page after it, and the mapping that the device gets. */
struct trespass {
	struct memory source, target;
	struct dma own;
	uint8_t before[IOMMU_PAGE];
};

static void trespass_end(struct trespass *trespass)
{
	dma_free(&trespass->own);
	memory_free(&trespass->source);
	memory_free(&trespass->target);
}

#define cleanup_trespass __attribute__((cleanup(trespass_end)))
#define SOURCE		 WINDOW
#define TARGET		 (WINDOW + IOMMU_PAGE)

static enum greatest_test_res trespass_begin(struct dut *dut, struct trespass *trespass)
{
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &trespass->source));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &trespass->target));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &trespass->own));
	pattern_fill(trespass->source.at, IOMMU_PAGE, 9);
	pattern_fill(trespass->target.at, IOMMU_PAGE, 70);
	pattern_fill(trespass->own.at, IOMMU_PAGE, 50);
	memcpy(trespass->before, trespass->target.at, IOMMU_PAGE);
	PASS();
}

/*
 * A fault raises an interrupt and logs a line (DMAR: ... fault addr), at most ten lines in five
 * seconds.
 */
SCENARIO(unmapped_iova_faults, ALONE,
	 "device access to an IOVA that was never mapped is blocked and reported")
{
	cleanup_trespass struct trespass trespass = {0};

	CHECK_CALL(trespass_begin(dut, &trespass));
	ASSERT_CHECK(check_dma_blocked(dut, TARGET, SOURCE));
	return still_copies(dut);
}

/* The first copy leaves the translation in the IOTLB; the unmap must invalidate it. */
SCENARIO(access_after_unmap_faults, ALONE,
	 "device access to an IOVA that was used and then unmapped is blocked and reported")
{
	cleanup_trespass struct trespass trespass = {0};

	CHECK_CALL(trespass_begin(dut, &trespass));
	ASSERT_OK(iommu_map(dut, trespass.source.at, SOURCE, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(dut, trespass.target.at, TARGET, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(dut_dma(dut, TARGET, SOURCE, 64));
	ASSERT_BYTES(trespass.source.at, trespass.target.at, 64);
	ASSERT_OK(iommu_unmap(dut, SOURCE, 2 * IOMMU_PAGE, NULL));
	memcpy(trespass.target.at, trespass.before, IOMMU_PAGE);
	pattern_fill(trespass.source.at, IOMMU_PAGE, 90);
	ASSERT_CHECK(check_dma_blocked(dut, trespass.own.iova, SOURCE));
	ASSERT_THAT(memcmp(trespass.own.at, trespass.source.at, 64),
		    "the device read unmapped memory");
	ASSERT_CHECK(check_dma_blocked(dut, TARGET, trespass.own.iova));
	ASSERT_BYTES(trespass.before, trespass.target.at, IOMMU_PAGE);
	PASS();
}

SCENARIO(read_only_mapping_not_writable, ALONE,
	 "the device can read but not write memory mapped without VFIO_DMA_MAP_FLAG_WRITE")
{
	cleanup_trespass struct trespass trespass = {0};
	uint64_t unmapped;

	CHECK_CALL(trespass_begin(dut, &trespass));
	ASSERT_OK(iommu_map(dut, trespass.target.at, TARGET, IOMMU_PAGE, MAP_R));
	ASSERT_CHECK(check_dma_blocked(dut, TARGET, trespass.own.iova));
	ASSERT_BYTES(trespass.before, trespass.target.at, IOMMU_PAGE);
	ASSERT_OK(dut_dma(dut, trespass.own.iova, TARGET, 64));
	ASSERT_BYTES(trespass.before, trespass.own.at, 64);
	ASSERT_OK(iommu_unmap(dut, TARGET, IOMMU_PAGE, &unmapped));
	ASSERT_NUMBER(IOMMU_PAGE, unmapped);
	PASS();
}

/*
 * On VT-d writable memory is readable, too: first-level tables have no other mode, and second-level
 * tables follow them.
 */
SCENARIO(write_only_mapping_writable, ALONE,
	 "the device can write memory mapped without VFIO_DMA_MAP_FLAG_READ")
{
	cleanup_trespass struct trespass trespass = {0};
	int err;

	CHECK_CALL(trespass_begin(dut, &trespass));
	ASSERT_OK(iommu_map(dut, trespass.target.at, TARGET, IOMMU_PAGE, MAP_W));
	err = dut_dma(dut, TARGET, trespass.own.iova, 64);
	ASSERT_OK(iommu_unmap(dut, TARGET, IOMMU_PAGE, NULL));
	ASSERT_OK(err);
	ASSERT_BYTES(trespass.own.at, trespass.target.at, 64);
	PASS();
}

/* Bus master is the user's switch, and the last one before memory. */
SCENARIO(no_dma_without_bus_master, ALONE " !vf",
	 "a device with bus mastering disabled does no DMA")
{
	cleanup_dma struct dma from = {0}, to = {0};
	cleanup_command struct kept_command command = {0};
	uint8_t expected[64];

	ASSERT_OK(dut_start(dut));
	command = config_keep_command(dut);
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &to));
	pattern_fill(from.at, from.len, 3);
	pattern_fill(to.at, to.len, 4);
	memcpy(expected, to.at, sizeof(expected));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~PCI_COMMAND_MASTER));
	dut_dma(dut, to.iova, from.iova, sizeof(expected));
	ASSERT_BYTES(expected, to.at, sizeof(expected));
	PASS();
}

/* Mapped and unmapped as a whole: an IOMMU with a page of 2 MiB must not be asked to split it. */
SCENARIO(huge_page_mapped_whole, ALONE,
	 "a huge page can be mapped, accessed up to both ends and unmapped as a whole")
{
	cleanup_setting struct kept_setting pages = {0};
	cleanup_memory struct memory memory = {0};
	cleanup_dma struct dma to = {0};
	const uint64_t places[] = {HUGE / 2 - 128, HUGE - 256};
	uint64_t unmapped;

	if (setting_change(HUGEPAGES, 1, &pages) || memory_take(HUGE, MAP_HUGETLB, &memory))
		SKIPm("the kernel has no free huge page");
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &to));
	pattern_fill(memory.at, memory.len, 5);
	ASSERT_OK(iommu_map(dut, memory.at, ELSEWHERE, HUGE, MAP_RW));
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		ASSERT_OK(dut_dma(dut, to.iova, ELSEWHERE + places[i], 256));
		ASSERT_BYTES(memory.at + places[i], to.at, 256);
	}
	ASSERT_ERRNO(EINVAL, split(iommu_unmap(dut, ELSEWHERE, HUGE / 2, NULL)));
	ASSERT_OK(iommu_unmap(dut, ELSEWHERE, HUGE, &unmapped));
	ASSERT_NUMBER(HUGE, unmapped);
	PASS();
}
