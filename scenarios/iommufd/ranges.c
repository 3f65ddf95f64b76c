// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: where in an address space mappings may be: IOMMU_IOAS_IOVA_RANGES and
 * IOMMU_IOAS_ALLOW_IOVAS (include/uapi/linux/iommufd.h). What the IOMMU reserves for a device, its
 * window for interrupts above all, is in sysfs.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include "lab/base/file.h"

#include <stdio.h>
#include <string.h>

#define ALONE  "dma !group:2 mode=cdev"
#define ROOM   16
#define WINDOW 0x08000000ull /* within reach of the device of every DUT driver */
#define LIMIT  0x0fffffffull /* the last byte within their reach */

struct ranges {
	struct iommu_iova_range all[ROOM];
	uint32_t count;
	uint64_t alignment;
};

static int get_ranges(const struct ioas *ioas, struct ranges *ranges)
{
	*ranges = (struct ranges){.count = ROOM};
	return iommufd_ranges(ioas, ranges->all, &ranges->count, &ranges->alignment);
}

/* The ranges that the IOMMU reserves for DUT; a "direct-relaxable" one is free for VFIO. */
static int get_reserved(const struct dut *dut, struct ranges *reserved)
{
	cleanup_free char *path =
		text("/sys/kernel/iommu_groups/%d/reserved_regions", pci_group(dut->address));
	cleanup_free char *all = NULL;
	char *save = NULL;
	int err = file_read(path, &all, NULL);

	*reserved = (struct ranges){0};
	if (err)
		return err;
	for (char *line = strtok_r(all, "\n", &save); line && reserved->count < ROOM;
	     line = strtok_r(NULL, "\n", &save)) {
		unsigned long long first, last;

		if (strstr(line, "relaxable") || sscanf(line, "%llx %llx", &first, &last) != 2)
			continue;
		reserved->all[reserved->count++] = (struct iommu_iova_range){first, last};
	}
	return 0;
}

static bool overlap(const struct iommu_iova_range *one, const struct iommu_iova_range *other)
{
	return one->start <= other->last && other->start <= one->last;
}

/* The first mappable reserved region whose page before it is mappable. */
static int find_reserved(struct dut *dut, struct iommu_iova_range *found)
{
	struct ranges reserved;
	int err = get_reserved(dut, &reserved);

	if (err)
		return err;
	for (uint32_t i = 0; i < reserved.count; i++) {
		*found = reserved.all[i];
		if (found->start >= 2 * IOMMU_PAGE)
			return 0;
	}
	return -ENOENT;
}

SCENARIO(new_ioas_has_all_iovas, "first mode=cdev",
	 "an IOAS without devices allows all IOVAs, aligned in any way")
{
	cleanup_close int iommufd = iommufd_open();
	struct ranges ranges;
	struct ioas ioas;

	ASSERT_OK(iommufd_create_ioas(iommufd, &ioas));
	ASSERT_OK(get_ranges(&ioas, &ranges));
	ASSERT_NUMBER(1, ranges.count);
	ASSERT_HEX(0, ranges.all[0].start);
	ASSERT_HEX(UINT64_MAX, ranges.all[0].last);
	ASSERT_NUMBER(1, ranges.alignment);
	PASS();
}

SCENARIO(iova_ranges_exclude_reserved_regions, ALONE,
	 "the IOVA ranges of a device are ordered and exclude its reserved regions; facts: them")
{
	const struct ioas ioas = ioas_of(dut);
	struct ranges ranges, reserved;

	ASSERT_OK(get_ranges(&ioas, &ranges));
	ASSERT_OK(get_reserved(dut, &reserved));
	fact("alignment=%llu", (unsigned long long)ranges.alignment);
	for (uint32_t i = 0; i < ranges.count; i++) {
		fact("range[%u]=0x%llx-0x%llx", i, (unsigned long long)ranges.all[i].start,
		     (unsigned long long)ranges.all[i].last);
		ASSERT_THAT(ranges.all[i].start <= ranges.all[i].last, "range %u is empty", i);
		ASSERT_THAT(!i || ranges.all[i - 1].last < ranges.all[i].start,
			    "range %u is not behind the one before it", i);
		for (uint32_t j = 0; j < reserved.count; j++)
			ASSERT_THAT(!overlap(&ranges.all[i], &reserved.all[j]),
				    "range %u overlaps the reserved region %u", i, j);
	}
	ASSERT_THAT(reserved.count, "there is no reserved region");
	PASS();
}

SCENARIO(iova_ranges_in_small_array, ALONE,
	 "an array that is too small for the IOVA ranges is filled, and their number is returned "
	 "with EMSGSIZE")
{
	const struct ioas ioas = ioas_of(dut);
	struct ranges ranges, some = {0};

	ASSERT_OK(get_ranges(&ioas, &ranges));
	ASSERT_THAT(ranges.count > 1, "the device has only %u range", ranges.count);
	some.count = ranges.count - 1;
	ASSERT_ERRNO(EMSGSIZE, iommufd_ranges(&ioas, some.all, &some.count, NULL));
	ASSERT_NUMBER(ranges.count, some.count);
	ASSERT_BYTES(ranges.all, some.all, (ranges.count - 1) * sizeof(ranges.all[0]));
	ASSERT_HEX(0, some.all[ranges.count - 1].last);
	some.count = 0;
	ASSERT_ERRNO(EMSGSIZE, iommufd_ranges(&ioas, NULL, &some.count, NULL));
	ASSERT_NUMBER(ranges.count, some.count);
	PASS();
}

SCENARIO(reserved_iova_not_mappable, ALONE,
	 "a mapping that touches a reserved region fails with EINVAL, one beside it does not")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	struct iommu_iova_range reserved = {0};
	uint64_t iova;

	ASSERT_OK(memory_take(2 * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(find_reserved(dut, &reserved));
	iova = reserved.start;
	ASSERT_ERRNO(EINVAL,
		     iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &iova));
	iova = (reserved.last & ~(IOMMU_PAGE - 1));
	ASSERT_ERRNO(EINVAL,
		     iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &iova));
	iova = reserved.start - IOMMU_PAGE;
	ASSERT_ERRNO(EINVAL,
		     iommufd_map(&ioas, memory.at, 2 * IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &iova));
	ASSERT_OK(iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &iova));
	ASSERT_OK(iommufd_unmap(&ioas, iova, IOMMU_PAGE, NULL));
	PASS();
}

/* What a device needs must be free when it is attached, and is free again when it is detached. */
SCENARIO_UNBOUND(attach_refused_over_mapping, ALONE,
		 "a device is not attached to an IOAS with a mapping in its reserved region, and "
		 "its reserved regions leave with it")
{
	cleanup_memory struct memory memory = {0};
	cleanup_user struct user user = USER_NONE;
	struct iommu_iova_range reserved = {0};
	struct ranges before, after;
	struct ioas own, ioas;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	own = ioas_of(&user.dut);
	ASSERT_OK(find_reserved(&user.dut, &reserved));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_create_ioas(user.dut.vfio.iommufd, &ioas));
	ASSERT_OK(get_ranges(&ioas, &before));
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, reserved.start));
	ASSERT_ERRNO(EADDRINUSE, cdev_attach(user.dut.vfio.device, ioas.id));
	ASSERT_OK(iommufd_unmap(&ioas, reserved.start, IOMMU_PAGE, NULL));
	ASSERT_OK(cdev_attach(user.dut.vfio.device, ioas.id));
	ASSERT_ERRNO(EINVAL, iommufd_map_at(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, reserved.start));
	ASSERT_OK(iommufd_map_at(&own, memory.at, IOMMU_PAGE, IOAS_RW, reserved.start));
	ASSERT_OK(cdev_detach(user.dut.vfio.device));
	ASSERT_OK(get_ranges(&ioas, &after));
	ASSERT_NUMBER(before.count, after.count);
	ASSERT_BYTES(before.all, after.all, sizeof(before.all));
	PASS();
}

SCENARIO_UNBOUND(allowed_iovas_kept_from_devices, ALONE,
		 "a device whose reserved region is allowed for mappings is not attached, and a "
		 "reserved region cannot be allowed")
{
	cleanup_user struct user user = USER_NONE;
	struct iommu_iova_range reserved = {0}, free;
	struct ioas ioas;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(find_reserved(&user.dut, &reserved));
	ASSERT_OK(iommufd_create_ioas(user.dut.vfio.iommufd, &ioas));
	free = (struct iommu_iova_range){reserved.start - IOMMU_PAGE, reserved.start - 1};
	ASSERT_OK(iommufd_allow(&ioas, &reserved, 1));
	ASSERT_ERRNO(EADDRINUSE, cdev_attach(user.dut.vfio.device, ioas.id));
	ASSERT_OK(iommufd_allow(&ioas, &free, 1));
	ASSERT_OK(cdev_attach(user.dut.vfio.device, ioas.id));
	ASSERT_ERRNO(EADDRINUSE, iommufd_allow(&ioas, &reserved, 1));
	PASS();
}

static const struct {
	const char *name;
	struct iommu_iova_range ranges[2];
	uint32_t count;
} bad_allows[] = {
	{"a range that ends before it starts", {{WINDOW + 1, WINDOW}}, 1},
	{"the same range twice", {{0, WINDOW}, {0, WINDOW}}, 2},
	{"two ranges with one common byte", {{0, WINDOW}, {WINDOW, 2 * WINDOW}}, 2},
};

SCENARIO_TABLE(invalid_allow_keeps_allowed, bad_allows, "first mode=cdev",
	       "an invalid list of allowed IOVAs fails with EINVAL, and the list before it stays")
{
	const struct iommu_iova_range allowed = {WINDOW, WINDOW + IOMMU_PAGE - 1};
	cleanup_close int iommufd = iommufd_open();
	cleanup_memory struct memory memory = {0};
	struct ioas ioas;
	uint64_t iova = 0;

	ASSERT_OK(iommufd_create_ioas(iommufd, &ioas));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_allow(&ioas, &allowed, 1));
	ASSERT_ERRNO(EINVAL, iommufd_allow(&ioas, row->ranges, row->count));
	ASSERT_OK(iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, &iova));
	ASSERT_HEX(WINDOW, iova);
	PASS();
}

/* "MAP will only allocate within the allowed IOVAs if they are present." */
SCENARIO(iovas_chosen_from_allowed, "first mode=cdev",
	 "IOVAs are chosen from the allowed ranges until these are full, and from anywhere once "
	 "the list is empty; fact: whether a fixed IOVA may be elsewhere")
{
	static const struct iommu_iova_range allowed[] = {
		{WINDOW, WINDOW + IOMMU_PAGE - 1}, {2 * WINDOW, 2 * WINDOW + IOMMU_PAGE - 1}};
	cleanup_close int iommufd = iommufd_open();
	cleanup_memory struct memory memory = {0};
	struct ioas ioas;
	uint64_t first = 0, second = 0, third = 0, fixed = 4 * WINDOW;

	ASSERT_OK(iommufd_create_ioas(iommufd, &ioas));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_allow(&ioas, allowed, 2));
	ASSERT_OK(iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, &first));
	ASSERT_OK(iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, &second));
	ASSERT_HEX(3 * WINDOW, first + second);
	ASSERT_THAT(first == WINDOW || second == WINDOW, "neither is in the first range");
	ASSERT_ERRNO(ENOSPC, iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, &third));
	fact("fixed_elsewhere=%s",
	     error_name(iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &fixed)));
	ASSERT_OK(iommufd_allow(&ioas, NULL, 0));
	ASSERT_OK(iommufd_map(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, &third));
	ASSERT_THAT(third, "IOVA 0 was chosen");
	PASS();
}

SCENARIO(chosen_iova_reached_by_device, ALONE,
	 "IOVAs that the kernel chooses are free, allowed and reach the memory")
{
	const struct iommu_iova_range reach = {0, LIMIT};
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory from = {0}, to = {0};
	uint64_t from_iova = 0, to_iova = 0;
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &from));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &to));
	ASSERT_OK(iommufd_allow(&ioas, &reach, 1));
	ASSERT_OK(iommufd_map(&ioas, from.at, IOMMU_PAGE, IOAS_R, &from_iova));
	ASSERT_OK(iommufd_map(&ioas, to.at, IOMMU_PAGE, IOAS_W, &to_iova));
	ASSERT_OK(iommufd_allow(&ioas, NULL, 0));
	why = from_iova == to_iova ? "both have the same IOVA"
				   : check_dma_copies(dut, to_iova, to.at, from_iova, from.at, 64);
	ASSERT_OK(iommufd_unmap(&ioas, from_iova, IOMMU_PAGE, NULL));
	ASSERT_OK(iommufd_unmap(&ioas, to_iova, IOMMU_PAGE, NULL));
	ASSERT_CHECK(why);
	PASS();
}
