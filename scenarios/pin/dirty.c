// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: VFIO_IOMMU_DIRTY_PAGES of type1 with mediated devices (include/uapi/linux/vfio.h). A device
 * behind an IOMMU may have written to every page; a mediated one only to those that its driver has
 * pinned, or written itself. A page that is pinned when the bitmap is read may be written after it,
 * so it is dirty the next time as well.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/partner.h"

#include <string.h>

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE
#define PAGES 16u
#define ALL   ((1u << PAGES) - 1)
#define DIRTY MEDIATED " mode=type1"

static int dirty(struct dut *dut, uint32_t flag)
{
	struct vfio_iommu_type1_dirty_bitmap request = {.argsz = sizeof(request), .flags = flag};

	return vfio_ioctl(dut->vfio.container, VFIO_IOMMU_DIRTY_PAGES, &request);
}

static int start(struct dut *dut)
{
	return dirty(dut, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
}

static int stop(struct dut *dut)
{
	return dirty(dut, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
}

static struct vfio_bitmap bitmap_at(uint64_t *bits)
{
	return (struct vfio_bitmap){
		.pgsize = IOMMU_PAGE, .size = sizeof(*bits), .data = (void *)bits};
}

/* Get the bitmap of PAGES pages from page FIRST of the window on. */
static int get(struct dut *dut, unsigned int first, uint64_t *bits)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap request;
		struct vfio_iommu_type1_dirty_bitmap_get range;
	} get = {.request = {.argsz = sizeof(get), .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP},
		 .range = {.iova = page(first), .size = PAGES * IOMMU_PAGE}};

	*bits = 0;
	get.range.bitmap = bitmap_at(bits);
	return vfio_ioctl(dut->vfio.container, VFIO_IOMMU_DIRTY_PAGES, &get);
}

/* Returns NULL if exactly the pages EXPECTED are dirty, or a message. */
static const char *check_dirty(struct dut *dut, uint64_t expected)
{
	uint64_t bits;
	int err = get(dut, 0, &bits);

	if (err)
		return text("the bitmap cannot be read: %s", error_name(err));
	if (bits == expected)
		return NULL;
	return text("dirty pages: expected 0x%llx, got 0x%llx", (unsigned long long)expected,
		    (unsigned long long)bits);
}

SCENARIO(pinned_pages_are_dirty, DIRTY,
	 "with a mediated device only pages are dirty that were pinned since the last bitmap, or "
	 "are still pinned")
{
	cleanup_window struct window mapped = {0};

	ASSERT_OK(window_map(dut, 0, PAGES, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(dut, page(3), 2, WRITE));
	ASSERT_OK(start(dut));
	ASSERT_CHECK(check_dirty(dut, 0x18));
	ASSERT_OK(pin_pages(dut, page(8), 1, WRITE));
	ASSERT_OK(unpin_pages(dut, page(8), 1));
	ASSERT_CHECK(check_dirty(dut, 0x118));
	ASSERT_CHECK(check_dirty(dut, 0x18));
	ASSERT_OK(unpin_pages(dut, page(3), 2));
	ASSERT_CHECK(check_dirty(dut, 0x18));
	ASSERT_CHECK(check_dirty(dut, 0));
	ASSERT_OK(stop(dut));
	PASS();
}

SCENARIO(pages_mapped_while_tracking_are_dirty, DIRTY,
	 "pages that are mapped while dirty pages are tracked are dirty once they are pinned")
{
	cleanup_window struct window first = {0}, second = {0};

	ASSERT_OK(window_map(dut, 0, PAGES / 2, MAP_RW, &first));
	ASSERT_OK(start(dut));
	ASSERT_OK(window_map(dut, PAGES / 2, PAGES / 2, MAP_RW, &second));
	ASSERT_CHECK(check_dirty(dut, 0));
	ASSERT_OK(pin_pages(dut, page(7), 2, WRITE));
	ASSERT_CHECK(check_dirty(dut, 0x180));
	ASSERT_OK(unpin_pages(dut, page(7), 2));
	ASSERT_OK(stop(dut));
	PASS();
}

SCENARIO(driver_writes_are_dirty, DIRTY,
	 "pages to which the driver copies are dirty, those from which it copies are not")
{
	cleanup_window struct window mapped = {0};
	char data[IOMMU_PAGE + 2] = "";

	ASSERT_OK(window_map(dut, 0, PAGES, MAP_RW, &mapped));
	ASSERT_OK(start(dut));
	ASSERT_OK(driver_copy(dut, page(2) + 9, data, 100, READ));
	ASSERT_CHECK(check_dirty(dut, 0));
	ASSERT_OK(driver_copy(dut, page(3) - 1, data, sizeof(data), WRITE));
	ASSERT_CHECK(check_dirty(dut, 0x1c));
	ASSERT_OK(driver_copy(dut, page(6), data, IOMMU_PAGE, WRITE));
	ASSERT_OK(driver_copy(dut, page(9) + 5, data, 1, WRITE | MEDIATED_KTHREAD));
	ASSERT_CHECK(check_dirty(dut, 0x240));
	ASSERT_CHECK(check_dirty(dut, 0));
	ASSERT_OK(stop(dut));
	PASS();
}

/* VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP: the last chance to learn of them. */
SCENARIO(unmap_returns_pinned_pages_as_dirty, DIRTY,
	 "an unmap with a bitmap returns the pages that were pinned until the unmap")
{
	struct {
		struct vfio_iommu_type1_dma_unmap unmap;
		struct vfio_bitmap bitmap;
	} request = {.unmap = {.argsz = sizeof(request),
			       .flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
			       .iova = page(0),
			       .size = PAGES * IOMMU_PAGE}};
	cleanup_window struct window mapped = {0};
	struct pinned before = pinned_now(dut);
	uint64_t bits = 0;

	ASSERT_OK(window_map(dut, 0, PAGES, MAP_RW, &mapped));
	ASSERT_OK(start(dut));
	ASSERT_OK(pin_pages(dut, page(5), 3, WRITE));
	ASSERT_CHECK(check_dirty(dut, 0xe0));
	request.bitmap = bitmap_at(&bits);
	ASSERT_OK(vfio_ioctl(dut->vfio.container, VFIO_IOMMU_UNMAP_DMA, &request));
	ASSERT_HEX(0xe0, bits);
	ASSERT_NUMBER(PAGES * IOMMU_PAGE, request.unmap.size);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_OK(stop(dut));
	PASS();
}

/* Pin a page of each of two mappings, pages 3 to 6 and 9 and 10, and start to track dirty pages. */
static enum greatest_test_res begin_apart(struct dut *dut, struct window *low, struct window *high)
{
	ASSERT_OK(window_map(dut, 3, 4, MAP_RW, low));
	ASSERT_OK(window_map(dut, 9, 2, MAP_RW, high));
	ASSERT_OK(start(dut));
	ASSERT_OK(pin_pages(dut, page(4), 1, WRITE));
	ASSERT_OK(pin_pages(dut, page(10), 1, WRITE));
	PASS();
}

/* The bitmap's first bit is that of the first page asked for, not of the first mapping. */
static const struct {
	const char *name;
	unsigned int first;
	uint64_t bits;
} ranges[] = {
	{"from before the mappings", 0, 0x410},
	{"from the first mapping on", 3, 0x82},
	{"from behind the first mapping", 7, 0x8},
};

SCENARIO_TABLE(bitmap_begins_at_its_iova, ranges, DIRTY,
	       "the bits of a mapping are where it is in the range of the bitmap")
{
	cleanup_window struct window low = {0}, high = {0};
	uint64_t bits;

	CHECK_CALL(begin_apart(dut, &low, &high));
	ASSERT_OK(get(dut, row->first, &bits));
	ASSERT_HEX(row->bits, bits);
	ASSERT_OK(stop(dut));
	PASS();
}

SCENARIO(bitmap_keeps_nothing_of_last_one, DIRTY,
	 "a bitmap that does not begin with a mapping leaves no bits behind for the next one")
{
	cleanup_window struct window low = {0}, high = {0};
	uint64_t bits;

	CHECK_CALL(begin_apart(dut, &low, &high));
	ASSERT_CHECK(check_dirty(dut, 0x410));
	ASSERT_CHECK(check_dirty(dut, 0x410));
	ASSERT_OK(get(dut, 3, &bits));
	ASSERT_HEX(0x82, bits);
	ASSERT_OK(stop(dut));
	PASS();
}

SCENARIO_UNBOUND(device_behind_iommu_dirties_all, DIRTY,
		 "while a device behind an IOMMU is in the container all mapped pages are dirty; "
		 "they are once more when it has left, then only pinned ones",
		 .deadline_ms = 10000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window mapped = {0};
	char address[PCI_ADDRESS];

	if (partner_find(dut, address))
		SKIPm("no other device of the machine can do DMA");
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(window_map(&user.dut, 0, PAGES, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(&user.dut, page(0), 1, WRITE));
	ASSERT_OK(start(&user.dut));
	ASSERT_CHECK(check_dirty(&user.dut, 1));
	ASSERT_OK(partner_join(&partner, &user.dut, address));
	ASSERT_CHECK(check_dirty(&user.dut, ALL));
	ASSERT_CHECK(check_dirty(&user.dut, ALL));
	user_end(&partner);
	ASSERT_CHECK(check_dirty(&user.dut, ALL));
	ASSERT_CHECK(check_dirty(&user.dut, 1));
	ASSERT_OK(stop(&user.dut));
	PASS();
}
