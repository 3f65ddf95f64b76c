// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: what a mediated device's driver can pin: vfio_pin_pages() and vfio_unpin_pages() (drivers/
 * vfio/vfio_main.c), served by type1 or by an access of iommufd. The user maps memory as for any
 * device; it is pinned only if the driver needs it.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/dma-check.h"

#include <string.h>
#include <sys/mman.h>

SCENARIO(dma_pins_what_it_reaches, MEDIATED,
	 "mapped memory is not pinned until a mediated device reaches it, and then page by page")
{
	cleanup_window struct window from = {0}, to = {0};
	struct pinned before = pinned_now(dut);

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 4, MAP_R, &from));
	ASSERT_OK(window_map(dut, 8, 4, MAP_RW, &to));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_CHECK(check_dma_copies(dut, page(8), to.memory.at, page(1),
				      from.memory.at + IOMMU_PAGE, IOMMU_PAGE));
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_CHECK(check_dma_copies(dut, page(8) + 100, to.memory.at + 100, page(1) + 200,
				      from.memory.at + IOMMU_PAGE + 200, 2 * IOMMU_PAGE));
	ASSERT_CHECK(check_pinned(&before, 6, 6));
	window_unmap(&from);
	ASSERT_CHECK(check_pinned(&before, 3, 3));
	window_unmap(&to);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

/* The memory of the maps is apart, so the pages that come back are of either. */
SCENARIO(pin_across_maps, MEDIATED,
	 "one pin can cover several mappings, and the device reaches the memory of each")
{
	cleanup_window struct window low = {0}, high = {0}, to = {0};
	struct pinned before = pinned_now(dut);
	uint8_t expected[4 * IOMMU_PAGE];

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &low));
	ASSERT_OK(window_map(dut, 2, 2, MAP_RW, &high));
	ASSERT_THAT(high.memory.at != low.memory.at + low.memory.len, "the memory is in one piece");
	ASSERT_OK(window_map(dut, 8, 4, MAP_RW, &to));
	ASSERT_OK(pin_pages(dut, page(0), 4, MEDIATED_READ));
	ASSERT_OK(pin_pages(dut, page(8), 4, MEDIATED_WRITE));
	pattern_fill(low.memory.at, low.memory.len, 3);
	pattern_fill(high.memory.at, high.memory.len, 111);
	memcpy(expected, low.memory.at, low.memory.len);
	memcpy(expected + low.memory.len, high.memory.at, high.memory.len);
	ASSERT_OK(dut_dma(dut, page(8), page(0), sizeof(expected)));
	ASSERT_BYTES(expected, to.memory.at, sizeof(expected));
	ASSERT_CHECK(check_pinned(&before, 2, 8));
	ASSERT_OK(unpin_pages(dut, page(0), 4));
	ASSERT_CHECK(check_pinned(&before, 1, 4));
	ASSERT_OK(unpin_pages(dut, page(8), 4));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

SCENARIO(each_pin_counts, MEDIATED,
	 "a page that is pinned several times, alone or with others, stays pinned until the last "
	 "unpin")
{
	cleanup_window struct window mapped = {0};
	struct pinned before = pinned_now(dut);

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 4, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(dut, page(1), 1, MEDIATED_READ));
	ASSERT_OK(pin_pages(dut, page(1), 1, MEDIATED_READ));
	ASSERT_OK(pin_pages(dut, page(0), 2, MEDIATED_READ | MEDIATED_WRITE));
	ASSERT_OK(pin_pages(dut, page(1), 3, MEDIATED_WRITE));
	ASSERT_CHECK(check_pinned(&before, 4, 4));
	ASSERT_OK(unpin_pages(dut, page(1), 1));
	ASSERT_CHECK(check_pinned(&before, 3, 4));
	ASSERT_OK(unpin_pages(dut, page(1), 3));
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_OK(unpin_pages(dut, page(0), 2));
	ASSERT_CHECK(check_pinned(&before, 1, 1));
	ASSERT_OK(unpin_pages(dut, page(1), 1));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_ERRNO(ENOENT, unpin_pages(dut, page(1), 1));
	PASS();
}

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE
#define MANY  513 /* more than the page of pointers that one call may fill */

/* In pages: 0 to 3 for reads and writes, 4 and 5 for reads, 6 and 7 for writes, 9 as the first. */
static const struct {
	const char *name;
	uint64_t iova;
	unsigned int pages;
	uint32_t flags;
	int type1, iommufd;
} bad_pins[] = {
	{"nothing mapped", WINDOW + 8 * IOMMU_PAGE, 1, READ, EINVAL, ENOENT},
	{"nothing mapped behind it", WINDOW + 9 * IOMMU_PAGE, 2, READ, EINVAL, ENOENT},
	{"a hole behind it", WINDOW + 6 * IOMMU_PAGE, 4, WRITE, EINVAL, ENOENT},
	{"a hole before it", WINDOW + 8 * IOMMU_PAGE, 2, READ, EINVAL, ENOENT},
	{"write to a read-only mapping", WINDOW + 4 * IOMMU_PAGE, 1, WRITE, EPERM, EPERM},
	{"write to a mapping and a read-only one", WINDOW, 6, WRITE, EPERM, EPERM},
	{"read from a write-only mapping", WINDOW + 6 * IOMMU_PAGE, 1, READ, EPERM, EPERM},
	{"read from two mappings and a write-only one", WINDOW, 7, READ, EPERM, EPERM},
	{"no pages", WINDOW, 0, READ, EINVAL, EINVAL},
	{"too many pages", WINDOW, MANY, READ, E2BIG, EPERM},
	{"an IOVA that wraps round", UINT64_MAX - IOMMU_PAGE + 1, 2, READ, EINVAL, EINVAL},
};

SCENARIO_TABLE(invalid_pin_refused, bad_pins, MEDIATED,
	       "a pin of memory that is not mapped, or not for this access, fails and pins nothing")
{
	cleanup_window struct window both = {0}, read = {0}, write = {0}, last = {0};
	struct pinned before = pinned_now(dut);
	int err;

	ASSERT_OK(window_map(dut, 0, 4, MAP_RW, &both));
	ASSERT_OK(window_map(dut, 4, 2, MAP_R, &read));
	ASSERT_OK(window_map(dut, 6, 2, MAP_W, &write));
	ASSERT_OK(window_map(dut, 9, 1, MAP_RW, &last));
	err = wrapped(pin_pages(dut, row->iova, row->pages, row->flags));
	ASSERT_RESULT(dut->mode == MODE_TYPE1 ? row->type1 : row->iommufd, err);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_CHECK(check_charged(dut, 0));
	PASS();
}

/* The registers take IOVAs from the user, so what the driver pins for DMA is the user's choice. */
SCENARIO(dma_outside_maps_refused, MEDIATED,
	 "a mediated device reaches only mapped memory, and only in the mapped direction")
{
	cleanup_window struct window read = {0}, write = {0};
	uint8_t old[IOMMU_PAGE];

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 1, MAP_R, &read));
	ASSERT_OK(window_map(dut, 2, 1, MAP_W, &write));
	pattern_fill(read.memory.at, IOMMU_PAGE, 5);
	memcpy(old, read.memory.at, IOMMU_PAGE);
	ASSERT_CHECK(check_refused(dut, page(2), page(1)));
	ASSERT_CHECK(check_refused(dut, page(1), page(0)));
	ASSERT_CHECK(check_refused(dut, page(0), page(0)));
	ASSERT_CHECK(check_refused(dut, page(2), page(2)));
	ASSERT_BYTES(old, read.memory.at, IOMMU_PAGE);
	ASSERT_CHECK(check_dma_copies(dut, page(2), write.memory.at, page(0), read.memory.at,
				      IOMMU_PAGE));
	PASS();
}

SCENARIO(read_only_memory_pinned_for_read, MEDIATED,
	 "memory that the process cannot write is pinned for reads, and never for writes")
{
	cleanup_memory struct memory memory = {0};
	cleanup_window struct window to = {0};
	struct pinned before = pinned_now(dut);
	int err;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 8, 1, MAP_RW, &to));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	pattern_fill(memory.at, IOMMU_PAGE, 44);
	ASSERT_OK(mprotect(memory.at, memory.len, PROT_READ) ? -errno : 0);
	/* iommufd looks at the memory only when it pins it; so does type1 without an IOMMU. */
	ASSERT_OK(iommu_map(dut, memory.at, page(0), IOMMU_PAGE, MAP_RW));
	err = pin_pages(dut, page(0), 1, MEDIATED_WRITE);
	ASSERT_OK(iommu_unmap(dut, page(0), IOMMU_PAGE, NULL));
	ASSERT_RESULT(EFAULT, err);
	ASSERT_OK(iommu_map(dut, memory.at, page(0), IOMMU_PAGE, MAP_R));
	err = dut_dma(dut, page(8), page(0), IOMMU_PAGE);
	ASSERT_OK(iommu_unmap(dut, page(0), IOMMU_PAGE, NULL));
	ASSERT_OK(err);
	ASSERT_BYTES(memory.at, to.memory.at, IOMMU_PAGE);
	window_unmap(&to);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

/* Replace the memory by other memory at the same address. */
static int replace(struct memory *memory)
{
	void *at = mmap(memory->at, memory->len, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_FIXED, -1, 0);

	return at == MAP_FAILED ? -errno : 0;
}

SCENARIO(pinned_page_outlives_munmap, MEDIATED,
	 "a pinned page stays what the device reads when the process replaces its memory, until it "
	 "is unpinned")
{
	cleanup_window struct window from = {0}, to = {0};
	uint8_t old[IOMMU_PAGE];

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &from));
	ASSERT_OK(window_map(dut, 8, 1, MAP_RW, &to));
	pattern_fill(from.memory.at, IOMMU_PAGE, 21);
	memcpy(old, from.memory.at, IOMMU_PAGE);
	ASSERT_OK(pin_pages(dut, page(0), 1, MEDIATED_READ));
	ASSERT_OK(replace(&from.memory));
	pattern_fill(from.memory.at, IOMMU_PAGE, 22);
	ASSERT_OK(dut_dma(dut, page(8), page(0), IOMMU_PAGE));
	ASSERT_BYTES(old, to.memory.at, IOMMU_PAGE);
	ASSERT_OK(unpin_pages(dut, page(0), 1));
	ASSERT_OK(dut_dma(dut, page(8), page(0), IOMMU_PAGE));
	ASSERT_BYTES(from.memory.at, to.memory.at, IOMMU_PAGE);
	PASS();
}

SCENARIO(pin_after_munmap_refused, MEDIATED,
	 "a page that is not pinned cannot be pinned once the process has unmapped its memory")
{
	cleanup_window struct window mapped = {0};
	struct pinned before = pinned_now(dut);

	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(dut, page(0), 1, MEDIATED_READ));
	ASSERT_OK(munmap(mapped.memory.at, mapped.memory.len) ? -errno : 0);
	mapped.memory.at = NULL;
	ASSERT_ERRNO(EFAULT, pin_pages(dut, page(1), 1, MEDIATED_READ));
	ASSERT_ERRNO(EFAULT, pin_pages(dut, page(0), 2, MEDIATED_READ));
	ASSERT_CHECK(check_pinned(&before, 1, 1));
	ASSERT_OK(unpin_pages(dut, page(0), 1));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

/* "Supported for v2 version only" (type1): v1 may have lost where a mapping ends. */
SCENARIO_UNBOUND(type1_v1_pins_nothing, MEDIATED " mode=type1",
		 "a driver cannot pin memory of a container of type1 v1")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_window struct window mapped = {0};
	struct dut opened = *dut;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open_iommu(dut->mode, address, VFIO_TYPE1_IOMMU, &vfio));
	opened.vfio = vfio;
	ASSERT_OK(window_map(&opened, 0, 1, MAP_RW, &mapped));
	ASSERT_ERRNO(EACCES, pin_pages(&opened, page(0), 1, MEDIATED_READ));
	PASS();
}
