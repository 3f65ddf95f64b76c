// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: unmaps of pinned memory. The driver is called for what is about to be unmapped
 * (vfio_device_ops.dma_unmap) and has unpinned it on return; so the unmap waits for the driver, and
 * the device does not reach the memory afterwards.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/copying.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/pin/unmapping.h"

#include <linux/vfio.h>
#include <string.h>

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE

SCENARIO(unmap_releases_its_pins, MEDIATED,
	 "an unmap has the driver release the pages in its range, and no others")
{
	cleanup_window struct window first = {0}, second = {0};
	struct pinned before = pinned_now(dut);
	struct mediated_status old, status;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &first));
	ASSERT_OK(window_map(dut, 2, 2, MAP_RW, &second));
	ASSERT_OK(pin_pages(dut, page(1), 1, READ));
	ASSERT_OK(pin_pages(dut, page(2), 2, WRITE));
	ASSERT_OK(mediated_status(dut, &old));
	ASSERT_OK(iommu_unmap(dut, page(0), 2 * IOMMU_PAGE, NULL));
	ASSERT_CHECK(check_pinned(&before, 1, 2));
	ASSERT_OK(mediated_status(dut, &status));
	ASSERT_NUMBER(1, status.unmaps - old.unmaps);
	ASSERT_NUMBER(1, status.released - old.released);
	ASSERT_HEX(page(0), status.iova);
	ASSERT_HEX(2 * IOMMU_PAGE, status.length);
	ASSERT_CHECK(check_refused(dut, page(2), page(1)));
	ASSERT_CHECK(check_dma_copies(dut, page(3), second.memory.at + IOMMU_PAGE, page(2),
				      second.memory.at, 64));
	window_unmap(&second);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

struct three {
	struct window maps[3];
};

static void three_free(struct three *three)
{
	for (size_t i = 0; i < ARRAY_SIZE(three->maps); i++)
		window_unmap(&three->maps[i]);
}

#define cleanup_three __attribute__((cleanup(three_free)))

SCENARIO(unmap_releases_pin_across_maps, MEDIATED,
	 "a pin that covers several mappings is released by the unmap of any of them")
{
	cleanup_three struct three three = {0};
	struct pinned before = pinned_now(dut);

	for (unsigned int gone = 0; gone < ARRAY_SIZE(three.maps); gone++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(three.maps); i++)
			ASSERT_OK(window_map(dut, 2 * i, 2, MAP_RW, &three.maps[i]));
		ASSERT_OK(pin_pages(dut, page(1), 4, READ));
		ASSERT_CHECK(check_pinned(&before, 1, 4));
		window_unmap(&three.maps[gone]);
		ASSERT_CHECK(check_pinned(&before, 0, 0));
		three_free(&three);
	}
	PASS();
}

/* In pages, with 0 and 1, 2 and 3, 6 and 7 mapped, and pages 1, 3 and 6 pinned. */
static const struct {
	const char *name;
	unsigned int first, count;
	int error;
	unsigned int unmapped, pins;
} unmaps[] = {
	{"two", 0, 4, 0, 4, 1},
	{"two, with a hole", 2, 6, 0, 4, 1},
	{"all", 0, 64, 0, 6, 0},
	{"half of one", 0, 1, EINVAL, 0, 3},
	{"the other half of one", 3, 1, EINVAL, 0, 3},
	{"half of the first, and others", 1, 7, EINVAL, 0, 3},
};

SCENARIO_TABLE(unmap_of_several_or_part, unmaps, MEDIATED,
	       "an unmap of several pinned mappings releases all, one of a part is refused and "
	       "releases none")
{
	static const unsigned int at[] = {0, 2, 6}, pinned[] = {1, 3, 6};
	cleanup_three struct three three = {0};
	struct pinned before = pinned_now(dut);
	uint64_t unmapped;
	int err;

	for (unsigned int i = 0; i < ARRAY_SIZE(three.maps); i++) {
		ASSERT_OK(window_map(dut, at[i], 2, MAP_RW, &three.maps[i]));
		ASSERT_OK(pin_pages(dut, page(pinned[i]), 1, READ));
	}
	err = iommu_unmap(dut, page(row->first), row->count * IOMMU_PAGE, &unmapped);
	ASSERT_RESULT(row->error, split(err));
	ASSERT_NUMBER(row->unmapped * IOMMU_PAGE, unmapped);
	ASSERT_CHECK(check_pinned(&before, row->pins, row->pins));
	three_free(&three);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

SCENARIO(unmap_all_releases_pins, MEDIATED " container",
	 "VFIO_DMA_UNMAP_FLAG_ALL has the driver release everything")
{
	struct vfio_iommu_type1_dma_unmap all = {.argsz = sizeof(all),
						 .flags = VFIO_DMA_UNMAP_FLAG_ALL};
	cleanup_window struct window first = {0}, second = {0};
	struct pinned before = pinned_now(dut);

	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &first));
	ASSERT_OK(window_map(dut, 8, 2, MAP_RW, &second));
	ASSERT_OK(pin_pages(dut, page(0), 1, READ));
	ASSERT_OK(pin_pages(dut, page(9), 1, WRITE));
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_OK(vfio_ioctl(dut->vfio.container, VFIO_IOMMU_UNMAP_DMA, &all));
	ASSERT_NUMBER(4 * IOMMU_PAGE, all.size);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

SCENARIO(iova_mapped_again_reaches_new_memory, MEDIATED,
	 "a device that has used an IOVA reaches the new memory once it is mapped anew")
{
	cleanup_window struct window old = {0}, new = {0}, to = {0};
	uint8_t kept[IOMMU_PAGE];

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 8, 1, MAP_RW, &to));
	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &old));
	ASSERT_CHECK(check_dma_copies(dut, page(8), to.memory.at, page(0), old.memory.at, 512));
	ASSERT_CHECK(check_dma_copies(dut, page(0), old.memory.at, page(8), to.memory.at, 512));
	ASSERT_OK(iommu_unmap(dut, page(0), IOMMU_PAGE, NULL));
	memcpy(kept, old.memory.at, IOMMU_PAGE);
	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &new));
	ASSERT_CHECK(check_dma_copies(dut, page(0), new.memory.at, page(8), to.memory.at, 512));
	ASSERT_CHECK(check_dma_copies(dut, page(8), to.memory.at, page(0), new.memory.at, 512));
	ASSERT_BYTES(kept, old.memory.at, IOMMU_PAGE);
	PASS();
}

/* iommufd refuses new pins meanwhile; type1 has the driver release them as well. */
SCENARIO(unmap_waits_for_driver, MEDIATED,
	 "an unmap of pinned memory waits until the driver has released it; the rest of the "
	 "address space can be used meanwhile")
{
	cleanup_window struct window held = {0}, other = {0};
	struct pinned before = pinned_now(dut);
	cleanup_unmapping struct unmapping unmapping = {
		.dut = dut, .iova = page(0), .size = 2 * IOMMU_PAGE};

	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &held));
	ASSERT_OK(pin_pages(dut, page(1), 1, READ));
	ASSERT_OK(mediated_hold(dut, true));
	ASSERT_OK(unmapping_start(&unmapping));
	ASSERT_CHECK(check_unmapping_waits(&unmapping, 100));
	ASSERT_OK(window_map(dut, 8, 2, MAP_RW, &other));
	ASSERT_OK(pin_pages(dut, page(8), 1, WRITE));
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_OK(unpin_pages(dut, page(8), 1));
	ASSERT_OK(iommu_unmap(dut, page(8), 2 * IOMMU_PAGE, NULL));
	ASSERT_RESULT(dut->mode == MODE_TYPE1 ? 0 : EINVAL, pin_pages(dut, page(0), 1, READ));
	ASSERT_OK(mediated_hold(dut, false));
	ASSERT_CHECK(check_unmapped(&unmapping));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

static enum greatest_test_res unmap_both(struct dut *dut)
{
	cleanup_window struct window first = {0}, second = {0};
	struct pinned before = pinned_now(dut);
	cleanup_unmapping struct unmapping one = {
		.dut = dut, .iova = page(0), .size = 2 * IOMMU_PAGE};
	cleanup_unmapping struct unmapping other = {
		.dut = dut, .iova = page(8), .size = 2 * IOMMU_PAGE};

	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &first));
	ASSERT_OK(window_map(dut, 8, 2, MAP_RW, &second));
	ASSERT_OK(pin_pages(dut, page(0), 1, READ));
	ASSERT_OK(pin_pages(dut, page(8), 1, READ));
	ASSERT_OK(mediated_hold(dut, true));
	ASSERT_OK(unmapping_start(&one));
	ASSERT_CHECK(check_unmapping_waits(&one, 50));
	ASSERT_OK(unmapping_start(&other));
	ASSERT_CHECK(check_unmapping_waits(&other, 50));
	ASSERT_OK(mediated_hold(dut, false));
	ASSERT_CHECK(check_unmapped(&one));
	ASSERT_CHECK(check_unmapped(&other));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

SCENARIO(two_unmaps_wait_for_driver, MEDIATED " !mode=type1",
	 "two threads can unmap pinned memory at once while the driver is not ready yet")
{
	return unmap_both(dut);
}

/*
 * type1 holds device_list_lock while the driver unpins, which takes the container's lock; the
 * second unmap takes them the other way round. Both hang for ever, and the guest is lost.
 */
SCENARIO(type1_two_unmaps_wait_for_driver, MEDIATED " mode=type1",
	 "two threads can unmap pinned memory at once while the driver is not ready yet",
	 .hidden = true, .risky = true)
{
	return unmap_both(dut);
}

/*
 * Unmap the target while the device copies. Returns NULL if what the process writes there
 * afterwards stays, although the device copies to the same IOVA, with other memory behind it.
 */
static const char *check_unmapped_in_copies(struct copying *copying)
{
	cleanup_window struct window old = {0}, new = {0};
	uint8_t kept[IOMMU_PAGE];
	int err = window_map(copying->dut, 8, 1, MAP_RW, &old);

	if (err)
		return text("cannot map: %s", error_name(err));
	if (!copying_await(copying, 2))
		return "the device does not copy to the target";
	err = iommu_unmap(copying->dut, page(8), IOMMU_PAGE, NULL);
	if (err)
		return text("cannot unmap: %s", error_name(err));
	memset(old.memory.at, 0x11, IOMMU_PAGE);
	memset(kept, 0x11, IOMMU_PAGE);
	err = window_map(copying->dut, 8, 1, MAP_RW, &new);
	if (err)
		return text("cannot map anew: %s", error_name(err));
	if (!copying_await(copying, 2))
		return "the device does not copy to the new target";
	return check_bytes(kept, old.memory.at, IOMMU_PAGE);
}

SCENARIO(maps_change_during_dma, MEDIATED,
	 "memory that is unmapped while the device copies is not written afterwards",
	 .deadline_ms = 15000)
{
	cleanup_window struct window from = {0};
	struct pinned before = pinned_now(dut);
	cleanup_copying struct copying copying = {
		.dut = dut, .to = page(8), .from = page(0), .len = IOMMU_PAGE};
	const char *why = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &from));
	memset(from.memory.at, 0xa1, IOMMU_PAGE);
	ASSERT_OK(copying_start(&copying));
	for (unsigned int i = 0; !why && i < 20; i++)
		why = check_unmapped_in_copies(&copying);
	copying_end(&copying);
	ASSERT_CHECK(why);
	window_unmap(&from);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

/* The driver would keep an address that it can no longer get. */
SCENARIO(vaddr_not_invalidated_under_mediated_device, MEDIATED " mode=type1",
	 "VFIO_UPDATE_VADDR is not offered to a container with a mediated device, nor possible")
{
	struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof(unmap),
						   .flags = VFIO_DMA_UNMAP_FLAG_VADDR,
						   .iova = page(0),
						   .size = IOMMU_PAGE};
	cleanup_window struct window mapped = {0};

	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &mapped));
	ASSERT_NUMBER(0, vfio_ioctl(dut->vfio.container, VFIO_CHECK_EXTENSION,
				    (void *)VFIO_UPDATE_VADDR));
	ASSERT_ERRNO(EBUSY, vfio_ioctl(dut->vfio.container, VFIO_IOMMU_UNMAP_DMA, &unmap));
	ASSERT_OK(pin_pages(dut, page(0), 1, READ));
	PASS();
}
