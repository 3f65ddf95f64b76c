// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: copies that the driver itself makes from and to mapped memory: vfio_dma_rw() (drivers/vfio/
 * vfio_main.c). It pins nothing beyond the copy.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"

#include <string.h>
#include <sys/mman.h>

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE
#define PAGES 6u

/* Offsets in two mappings of two and four pages, side by side. */
static const struct {
	const char *name;
	size_t at, len;
} copies[] = {
	{"one byte", 4095, 1},	      {"within a page", 100, 1000},   {"a page", 4096, 4096},
	{"across a page", 4000, 200}, {"across mappings", 8000, 400}, {"all", 0, PAGES *IOMMU_PAGE},
};

/*
 * Fill both mappings with the pattern of SEED from the process, whose memory they are. Returns what
 * it looks like from the device.
 */
static void fill(const struct window maps[2], unsigned int seed, uint8_t whole[PAGES * IOMMU_PAGE])
{
	pattern_fill(whole, PAGES * IOMMU_PAGE, seed);
	memcpy(maps[0].memory.at, whole, maps[0].memory.len);
	memcpy(maps[1].memory.at, whole + maps[0].memory.len, maps[1].memory.len);
}

/* Returns NULL if the mappings have the content WHOLE, or a message. */
static const char *check_whole(const struct window maps[2], const uint8_t *whole)
{
	return check_bytes(whole, maps[0].memory.at, maps[0].memory.len)
		       ?: check_bytes(whole + maps[0].memory.len, maps[1].memory.at,
				      maps[1].memory.len);
}

/* Returns NULL if copies of LEN bytes at AT, both ways, move exactly these; or a message. */
static const char *check_copies(struct dut *dut, const struct window maps[2], size_t at, size_t len,
				uint32_t by)
{
	static uint8_t whole[PAGES * IOMMU_PAGE], data[PAGES * IOMMU_PAGE];
	const char *why;
	int err;

	fill(maps, (unsigned int)at, whole);
	err = driver_copy(dut, WINDOW + at, data, len, READ | by);
	if (err)
		return text("it cannot read: %s", error_name(err));
	why = check_bytes(whole + at, data, len) ?: check_whole(maps, whole);
	if (why)
		return why;
	pattern_fill(data, len, (unsigned int)at + 77);
	err = driver_copy(dut, WINDOW + at, data, len, WRITE | by);
	if (err)
		return text("it cannot write: %s", error_name(err));
	memcpy(whole + at, data, len);
	return check_whole(maps, whole);
}

SCENARIO_TABLE(driver_copies_exact_bytes, copies, MEDIATED,
	       "the driver reads and writes exactly the requested bytes, also as a kernel thread, "
	       "and leaves nothing pinned")
{
	cleanup_window struct window low = {0}, high = {0};
	struct pinned before = pinned_now(dut);
	struct window maps[2];

	/* New memory is below older memory: what follows the first mapping is not the second. */
	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &low));
	ASSERT_OK(window_map(dut, 2, 4, MAP_RW, &high));
	ASSERT_THAT(high.memory.at != low.memory.at + low.memory.len, "the memory is in one piece");
	maps[0] = low;
	maps[1] = high;
	ASSERT_CHECK(check_copies(dut, maps, row->at, row->len, 0));
	ASSERT_CHECK(check_copies(dut, maps, row->at, row->len, MEDIATED_KTHREAD));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_CHECK(check_charged(dut, 0));
	PASS();
}

/*
 * In pages: 0 for reads and writes, 1 for reads, 2 for writes; none behind it. type1 also wants
 * the right to read for a write.
 */
static const struct {
	const char *name;
	uint64_t iova;
	size_t len;
	uint32_t flags;
	int type1, iommufd;
} bad_copies[] = {
	{"nothing mapped", WINDOW + 3 * IOMMU_PAGE, 8, READ, EINVAL, ENOENT},
	{"nothing mapped behind it", WINDOW + 3 * IOMMU_PAGE - 4, 8, WRITE, EPERM, ENOENT},
	{"write to a read-only mapping", WINDOW + IOMMU_PAGE, 8, WRITE, EPERM, EPERM},
	{"write across a read-only mapping", WINDOW + IOMMU_PAGE - 4, 8, WRITE, EPERM, EPERM},
	{"read from a write-only mapping", WINDOW + 2 * IOMMU_PAGE, 8, READ, EPERM, EPERM},
	{"write to a write-only mapping", WINDOW + 2 * IOMMU_PAGE, 8, WRITE, EPERM, 0},
	{"no bytes", WINDOW, 0, READ, EINVAL, EINVAL},
	{"an IOVA that wraps round", UINT64_MAX - 3, 8, READ, EINVAL, EINVAL},
};

SCENARIO_TABLE(invalid_copy_refused, bad_copies, MEDIATED,
	       "a copy of the driver from or to memory that is not mapped for it fails")
{
	cleanup_window struct window both = {0}, read = {0}, write = {0};
	char data[8] = "1234567";
	int err;

	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &both));
	ASSERT_OK(window_map(dut, 1, 1, MAP_R, &read));
	ASSERT_OK(window_map(dut, 2, 1, MAP_W, &write));
	err = wrapped(driver_copy(dut, row->iova, data, row->len, row->flags));
	ASSERT_RESULT(dut->mode == MODE_TYPE1 ? row->type1 : row->iommufd, err);
	ASSERT_NUMBER(0, read.memory.at[0]);
	PASS();
}

/* A child has the files of the device, but not the memory that is mapped. */
static const char *copy_as_child(void *of)
{
	struct dut *dut = of;
	char data[8] = "abcdefg";
	const int read = driver_copy(dut, page(0), data, sizeof(data), READ);
	const int write = driver_copy(dut, page(0) + 100, "ABCDEFG", sizeof(data), WRITE);
	const int expected = dut->mode == MODE_TYPE1 ? -EFAULT : 0;

	fact("read=%s", error_name(read));
	fact("write=%s", error_name(write));
	if (read != expected || write != expected)
		return text("expected %s, got %s and %s", error_name(expected), error_name(read),
			    error_name(write));
	return !read && strcmp(data, "1234567") ? text("it read '%.8s'", data) : NULL;
}

/*
 * type1 copies to and from the memory of the process that asks, and refuses if that is another
 * one; iommufd looks the pages up.
 */
SCENARIO(other_process_copies_mapped_memory, MEDIATED,
	 "a copy on behalf of another process reaches the memory of the process that mapped it, or "
	 "is refused")
{
	cleanup_window struct window mapped = {0};

	ASSERT_OK(window_map(dut, 0, 1, MAP_RW, &mapped));
	strcpy((char *)mapped.memory.at, "1234567");
	ASSERT_CHECK(child_check(copy_as_child, dut));
	ASSERT_BYTES(dut->mode == MODE_TYPE1 ? "\0\0\0\0\0\0\0" : "ABCDEFG", mapped.memory.at + 100,
		     8);
	PASS();
}

/* The kernel may have reused pages that the process has unmapped: no copy may reach them. */
SCENARIO(copy_after_munmap_refused, MEDIATED,
	 "the driver cannot copy from or to memory that the process has unmapped")
{
	cleanup_window struct window mapped = {0};
	char data[8] = "1234567";

	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &mapped));
	ASSERT_OK(munmap(mapped.memory.at, mapped.memory.len) ? -errno : 0);
	mapped.memory.at = NULL;
	ASSERT_ERRNO(EFAULT, driver_copy(dut, page(0), data, sizeof(data), READ));
	ASSERT_ERRNO(EFAULT, driver_copy(dut, page(1), data, sizeof(data), WRITE));
	ASSERT_ERRNO(EFAULT,
		     driver_copy(dut, page(0), data, sizeof(data), READ | MEDIATED_KTHREAD));
	PASS();
}
