// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: page tables that user space creates (IOMMU_HWPT_ALLOC), what the IOMMU tells of itself
 * (IOMMU_GET_HW_INFO) and the options of an address space (include/uapi/linux/iommufd.h).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/setting.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <string.h>
#include <sys/mman.h>

#define ALONE	"dma !group:2 mode=cdev"
#define MODEL	"driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW	0x08000000ull
#define DIRTY	IOMMU_HWPT_ALLOC_DIRTY_TRACKING
#define NESTING IOMMU_HWPT_ALLOC_NEST_PARENT

SCENARIO_UNBOUND(device_uses_page_table, ALONE,
		 "a device attached to a page table of its own reaches what is mapped in its IOAS "
		 "before and after, and what is unmapped no more")
{
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	cleanup_dma struct dma before = {0}, after = {0};
	struct ioas ioas;
	uint32_t hwpt;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ioas = ioas_of(&user.dut);
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &before));
	ASSERT_OK(hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, 0, &hwpt));
	ASSERT_OK(cdev_attach(vfio->device, hwpt));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &after));
	ASSERT_CHECK(check_dma_copies(&user.dut, after.iova, after.at, before.iova, before.at, 64));
	ASSERT_OK(iommufd_unmap(&ioas, before.iova, IOMMU_PAGE, NULL));
	ASSERT_CHECK(check_dma_blocked(&user.dut, after.iova, before.iova));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_CHECK(check_dma_blocked(&user.dut, after.iova, after.iova + 64));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, hwpt));
	PASS();
}

/* "Output the input ioas id or ... a hwpt automatically created for the specified ioas". */
SCENARIO_UNBOUND(ioas_attach_takes_no_page_table_of_user, ALONE,
		 "a device attached to an IOAS does not use a page table that the user made there")
{
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	uint32_t hwpt, used;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_OK(hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, 0, &hwpt));
	used = vfio->ioas;
	ASSERT_OK(cdev_attach_at(vfio->device, &used));
	ASSERT_THAT(used != hwpt, "it uses the page table %u", hwpt);
	ASSERT_OK(iommufd_destroy(vfio->iommufd, hwpt));
	ASSERT_CHECK(check_vfio_works(dut->address, vfio));
	PASS();
}

static const struct {
	const char *name;
	uint32_t flags;
	bool defined; /* by the uAPI; an IOMMU may still refuse it */
} flags[] = {
	{"nest_parent", NESTING, true},
	{"dirty_tracking", DIRTY, true},
	{"nest_parent+dirty_tracking", NESTING | DIRTY, true},
	{"fault_id_valid", 1u << 2, true},
	{"pasid", 1u << 3, true},
	{"bit4", 1u << 4, false},
	{"bit31", 1u << 31, false},
};

SCENARIO_TABLE(page_table_flags, flags, ALONE,
	       "an unknown flag of IOMMU_HWPT_ALLOC fails with EOPNOTSUPP; facts: what the IOMMU "
	       "can do")
{
	const struct vfio *vfio = &dut->vfio;
	uint32_t hwpt;
	int err = hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, row->flags, &hwpt);

	if (!err)
		ASSERT_OK(iommufd_destroy(vfio->iommufd, hwpt));
	fact("hwpt[%s]=%s", row->name, error_name(err));
	ASSERT_THAT(row->defined || err == -EOPNOTSUPP, "expected EOPNOTSUPP, got %s",
		    error_name(err));
	PASS();
}

static int set_dirty_tracking(const struct vfio *vfio, uint32_t hwpt, bool on)
{
	struct iommu_hwpt_set_dirty_tracking set = {
		.size = sizeof(set), .flags = on, .hwpt_id = hwpt};

	return vfio_ioctl(vfio->iommufd, IOMMU_HWPT_SET_DIRTY_TRACKING, &set);
}

static int get_dirty(const struct vfio *vfio, uint32_t hwpt, uint64_t len, uint64_t *bits)
{
	struct iommu_hwpt_get_dirty_bitmap get = {.size = sizeof(get),
						  .hwpt_id = hwpt,
						  .iova = WINDOW,
						  .length = len,
						  .page_size = IOMMU_PAGE,
						  .data = (uintptr_t)bits};

	return vfio_ioctl(vfio->iommufd, IOMMU_HWPT_GET_DIRTY_BITMAP, &get);
}

/* The DUT on a page table with FLAGS, and memory of four pages at WINDOW. */
static enum greatest_test_res open_tracked(struct user *user, struct dut *dut, uint32_t wanted,
					   struct memory *memory, uint32_t *hwpt)
{
	struct vfio *vfio = &user->dut.vfio;
	struct ioas ioas;

	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	ioas = ioas_of(&user->dut);
	ASSERT_OK(dut_start(&user->dut));
	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, memory));
	ASSERT_OK(iommufd_map_at(&ioas, memory->at, memory->len, IOAS_RW, WINDOW));
	ASSERT_OK(hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, wanted, hwpt));
	ASSERT_OK(cdev_attach(vfio->device, *hwpt));
	PASS();
}

/* Of the lab's emulated IOMMUs, amd-iommu and VT-d in legacy mode have no dirty bits. */
SCENARIO_UNBOUND(dirty_pages_tracked, MODEL,
		 "with dirty tracking, exactly the pages that the device wrote are dirty, once")
{
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	cleanup_memory struct memory memory = {0};
	uint64_t bits = 0;
	uint32_t hwpt;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	if (hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, DIRTY, &hwpt) == -EOPNOTSUPP)
		SKIPm("the IOMMU does not track dirty pages");
	user_close(&user);
	CHECK_CALL(open_tracked(&user, dut, DIRTY, &memory, &hwpt));
	ASSERT_OK(set_dirty_tracking(vfio, hwpt, true));
	ASSERT_OK(get_dirty(vfio, hwpt, memory.len, &bits));
	ASSERT_HEX(0, bits);
	ASSERT_OK(dut_dma(&user.dut, WINDOW + 2 * IOMMU_PAGE, WINDOW, 64));
	ASSERT_OK(get_dirty(vfio, hwpt, memory.len, &bits));
	ASSERT_HEX(4, bits);
	bits = 0;
	ASSERT_OK(get_dirty(vfio, hwpt, memory.len, &bits));
	ASSERT_HEX(0, bits);
	ASSERT_OK(set_dirty_tracking(vfio, hwpt, false));
	PASS();
}

SCENARIO_UNBOUND(dirty_tracking_needs_flag, MODEL,
		 "dirty tracking of a page table made without the flag fails with EOPNOTSUPP or "
		 "EINVAL, and its DMA goes on; facts: the errors")
{
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	cleanup_memory struct memory memory = {0};
	uint64_t bits = 0;
	uint32_t hwpt;
	int set, get;

	CHECK_CALL(open_tracked(&user, dut, 0, &memory, &hwpt));
	set = set_dirty_tracking(vfio, hwpt, true);
	get = get_dirty(vfio, hwpt, memory.len, &bits);
	fact("set=%s", error_name(set));
	fact("get=%s", error_name(get));
	ASSERT_THAT(set < 0 && get < 0, "expected errors, got %s and %s", error_name(set),
		    error_name(get));
	ASSERT_ERRNO(ENOENT, set_dirty_tracking(vfio, vfio->ioas, true));
	ASSERT_CHECK(check_dma_copies(&user.dut, WINDOW, memory.at, WINDOW + IOMMU_PAGE,
				      memory.at + IOMMU_PAGE, 64));
	PASS();
}

/* Room for what any IOMMU tells, and more. */
struct hw_info {
	struct iommu_hw_info call;
	uint8_t data[256];
};

static int get_hw_info(const struct vfio *vfio, uint32_t device, uint32_t len, struct hw_info *info)
{
	info->call = (struct iommu_hw_info){.size = sizeof(info->call),
					    .dev_id = device,
					    .data_len = len,
					    .data_uptr = (uintptr_t)info->data};
	memset(info->data, 0xee, sizeof(info->data));
	return vfio_ioctl(vfio->iommufd, IOMMU_GET_HW_INFO, &info->call);
}

SCENARIO(hw_info_fits_buffer, ALONE,
	 "IOMMU_GET_HW_INFO fills the buffer and no more, clears its rest, and returns the whole "
	 "length; facts: what the IOMMU tells")
{
	const struct vfio *vfio = &dut->vfio;
	struct hw_info whole, part;
	uint32_t len;

	ASSERT_OK(get_hw_info(vfio, vfio->devid, sizeof(whole.data), &whole));
	len = whole.call.data_len;
	fact("type=%u", whole.call.out_data_type);
	fact("length=%u", len);
	fact("capabilities=0x%llx", (unsigned long long)whole.call.out_capabilities);
	for (uint32_t i = 0; i + 8 <= len && i < 64; i += 8)
		fact("word[%u]=0x%016llx", i / 8,
		     (unsigned long long)*(const uint64_t *)(whole.data + i));
	ASSERT_THAT(len < sizeof(whole.data), "it has %u bytes", len);
	for (size_t i = len; i < sizeof(whole.data); i++)
		ASSERT_THAT(!whole.data[i], "byte %zu behind it is not cleared", i - len);
	ASSERT_OK(get_hw_info(vfio, vfio->devid, len / 2, &part));
	ASSERT_NUMBER(len, part.call.data_len);
	ASSERT_BYTES(whole.data, part.data, len / 2);
	ASSERT_NUMBER(0xee, part.data[len / 2]);
	ASSERT_OK(get_hw_info(vfio, vfio->devid, 0, &part));
	ASSERT_NUMBER(len, part.call.data_len);
	ASSERT_NUMBER(0xee, part.data[0]);
	ASSERT_ERRNO(ENOENT, get_hw_info(vfio, vfio->ioas, 0, &part));
	PASS();
}

/* "Value 1 (default) allows contiguous pages to be combined". */
SCENARIO(huge_pages_option, MODEL,
	 "IOMMU_OPTION_HUGE_PAGES is 1 at first and belongs to an IOAS; it cannot be cleared while "
	 "a device has mappings")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_dma struct dma dma = {0};
	uint64_t value = 7;
	int busy;

	ASSERT_OK(iommufd_option_get(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, &value));
	ASSERT_NUMBER(1, value);
	ASSERT_ERRNO(EINVAL, iommufd_option_set(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, 2));
	ASSERT_ERRNO(ENOENT, iommufd_option_get(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, 0, &value));
	ASSERT_ERRNO(ENOENT, iommufd_option_get(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES,
						dut->vfio.devid, &value));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &dma));
	busy = iommufd_option_set(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, 0);
	dma_free(&dma);
	ASSERT_RESULT(EINVAL, busy);
	ASSERT_OK(iommufd_option_set(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, 0));
	ASSERT_OK(iommufd_option_get(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, &value));
	ASSERT_OK(iommufd_option_set(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, 1));
	ASSERT_NUMBER(0, value);
	PASS();
}

#define HUGE	  (2ull << 20)
#define HUGEPAGES "/proc/sys/vm/nr_hugepages"

static const struct {
	const char *name;
	uint64_t huge;
} sizes[] = {{"combined", 1}, {"page by page", 0}};

SCENARIO_TABLE(huge_page_reached_to_its_ends, sizes, MODEL,
	       "the device reaches a huge page up to both ends, combined or mapped page by page, "
	       "and nothing of it after the unmap")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_setting struct kept_setting pages = {0};
	cleanup_memory struct memory memory = {0};
	cleanup_dma struct dma own = {0};
	uint64_t iova = WINDOW, unmapped;
	const char *why, *blocked;

	if (setting_change(HUGEPAGES, 1, &pages) || memory_take(HUGE, MAP_HUGETLB, &memory))
		SKIPm("the kernel has no free huge page");
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(iommufd_option_set(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, row->huge));
	ASSERT_OK(iommufd_map(&ioas, memory.at, HUGE, IOAS_RW | IOAS_FIXED, &iova));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	why = check_dma_copies(dut, own.iova, own.at, WINDOW, memory.at, 64)
		      ?: check_dma_copies(dut, WINDOW + HUGE - 64, memory.at + HUGE - 64, own.iova,
					  own.at, 64);
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, HUGE, &unmapped));
	blocked = check_dma_blocked(dut, own.iova, WINDOW)
			  ?: check_dma_blocked(dut, own.iova, WINDOW + HUGE - 64);
	dma_free(&own);
	ASSERT_OK(iommufd_option_set(ioas.iommufd, IOMMU_OPTION_HUGE_PAGES, ioas.id, 1));
	ASSERT_CHECK(why);
	ASSERT_CHECK(blocked);
	ASSERT_NUMBER(HUGE, unmapped);
	PASS();
}
