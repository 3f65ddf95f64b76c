// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: which parts of a region can be mapped, and how: VFIO_REGION_INFO_FLAG_MMAP and the region's
 * size (include/uapi/linux/vfio.h); mmap(2) defines how partial pages are handled.
 */
#include "scenarios/lib/scenario.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE	 4096ull
#define MAPPABLE VFIO_REGION_INFO_FLAG_MMAP

/* The start of a map in a BAR and its length: bytes, plus a multiple of the BAR's size. */
static const struct {
	const char *name;
	int64_t start, len;
	unsigned int start_bars, len_bars;
	int error; /* 0: it can be mapped */
} edges[] = {
	{"the first page", 0, PAGE, 0, 0, 0},
	{"the last page", -(int64_t)PAGE, PAGE, 1, 0, 0},
	{"one byte, which is a page", 0, 1, 0, 0, 0},
	{"all", 0, 0, 0, 1, 0},
	{"all but a byte, which is all", 0, -1, 0, 1, 0},
	{"nothing", 0, 0, 0, 0, EINVAL},
	{"a start inside a page", 8, PAGE, 0, 0, EINVAL},
	{"a byte too much", 0, 1, 0, 1, EINVAL},
	{"a page too much", 0, PAGE, 0, 1, EINVAL},
	{"a page behind it", 0, PAGE, 1, 0, EINVAL},
	{"a page far behind it", 1ll << 38, PAGE, 0, 0, EINVAL},
	{"one of two pages behind it", -(int64_t)PAGE, 2 * PAGE, 1, 0, EINVAL},
	{"as much again", 0, 0, 1, 1, EINVAL},
	{"two of it", 0, 0, 0, 2, EINVAL},
};

/* Find the first BAR that can be mapped as a whole; its size is in whole pages. */
static bool first_whole_bar(struct dut *dut, struct region *bar)
{
	for (unsigned int i = 0; i < BARS; i++) {
		if (region_info(dut, i, bar) || !(bar->flags & MAPPABLE) || bar->sparse)
			continue;
		bar->size = (bar->size + PAGE - 1) & ~(PAGE - 1);
		return true;
	}
	return false;
}

SCENARIO_TABLE(every_page_range_of_bar_mapped, edges, "bar=mmap",
	       "every page range within a BAR can be mapped, and none beyond it")
{
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	int err;

	if (!first_whole_bar(dut, &bar))
		SKIPm("no BAR can be mapped as a whole");
	err = region_map(dut, &bar, (uint64_t)row->start + row->start_bars * bar.size,
			 (uint64_t)row->len + row->len_bars * bar.size, &map);
	ASSERT_RESULT(row->error, err);
	if (!err) {
		ASSERT_OK(map_touch(&map, 0));
		ASSERT_OK(map_touch(&map, map.len - 1));
	}
	PASS();
}

/* Beyond all regions, and with region numbers that overflow the kernel's integer types. */
static const struct {
	const char *name;
	uint64_t offset; /* 0: of the region that comes after the device's last */
} outside[] = {
	{"the region behind the last", 0},
	{"region 255", 255ull << 40},
	{"region 65536", 1ull << 56},
	{"the last page of all", INT64_MAX - PAGE + 1},
};

SCENARIO_TABLE(offset_outside_regions_refused, outside, "",
	       "an offset outside of all regions cannot be mapped, read or written")
{
	struct vfio_device_info info;
	uint32_t word = 0;
	off_t offset;
	void *at;

	ASSERT_OK(dut_info(dut, &info));
	offset = (off_t)(row->offset ? row->offset : (uint64_t)info.num_regions << 40);
	at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dut->vfio.device, offset);
	if (at != MAP_FAILED)
		munmap(at, PAGE);
	ASSERT_THAT(at == MAP_FAILED, "the offset can be mapped");
	ASSERT_THAT(pread(dut->vfio.device, &word, sizeof(word), offset) <= 0,
		    "the offset can be read");
	ASSERT_THAT(pwrite(dut->vfio.device, &word, sizeof(word), offset) <= 0,
		    "the offset can be written");
	PASS();
}

/*
 * Since 4.4 a small BAR that starts a page is mappable; the kernel keeps the rest of the page free.
 * A BAR that may share its page is not, because its user would reach the other device.
 */
SCENARIO(small_bar_mapped_only_if_page_aligned, "bar=small",
	 "a BAR smaller than a page can be mapped only if it is page aligned")
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};
		const uint32_t start = config_read32(dut, PCI_BASE_ADDRESS_0 + 4 * i);

		ASSERT_OK(region_info(dut, i, &bar));
		if (!bar.size || bar.size >= PAGE || start & PCI_BASE_ADDRESS_SPACE_IO)
			continue;
		fact("small_bar[%u]=%smappable", i, bar.flags & MAPPABLE ? "" : "not ");
		ASSERT_NUMBER(bar.flags & MAPPABLE ? 0 : -EINVAL,
			      region_map(dut, &bar, 0, PAGE, &map));
		ASSERT_THAT(!(bar.flags & MAPPABLE) ||
				    !(start & (PAGE - 1) & PCI_BASE_ADDRESS_MEM_MASK),
			    "BAR %u at 0x%x is in the middle of a page, and can be mapped", i,
			    start);
		ASSERT_OK(map.at ? map_touch(&map, 0) : 0);
	}
	PASS();
}

SCENARIO(read_only_map_not_writable, "bar=mmap",
	 "a read-only map of a BAR can be read but not written")
{
	struct region bar;
	void *at;
	int pipes[2];
	ssize_t got;

	if (!first_whole_bar(dut, &bar))
		SKIPm("no BAR can be mapped as a whole");
	at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dut->vfio.device, (off_t)bar.offset);
	ASSERT_THAT(at != MAP_FAILED, "a read-only map: %s", error_name(errno));
	ASSERT_OK(pipe(pipes) ? -errno : 0);
	got = write(pipes[1], at, 4);
	if (got == 4)
		got = read(pipes[0], at, 4) < 0 ? -errno : 0;
	close(pipes[0]);
	close(pipes[1]);
	munmap(at, PAGE);
	ASSERT_NUMBER(-EFAULT, got);
	PASS();
}

/* A map that could grow would extend beyond the checked range. */
SCENARIO(map_does_not_grow, "bar=mmap",
	 "mremap cannot grow a map of a BAR, and munmap can remove part of it")
{
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	void *at;

	if (!first_whole_bar(dut, &bar))
		SKIPm("no BAR can be mapped as a whole");
	ASSERT_OK(region_map(dut, &bar, 0, bar.size, &map));
	at = mremap((void *)map.at, map.len, map.len + PAGE, MREMAP_MAYMOVE);
	ASSERT_THAT(at == MAP_FAILED && errno == EFAULT, "growing a map did not fail with EFAULT");
	ASSERT_OK(map_touch(&map, 0));
	if (map.len < 3 * PAGE)
		PASS();
	ASSERT_OK(munmap((char *)map.at + PAGE, PAGE) ? -errno : 0);
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_ERRNO(EFAULT, map_touch(&map, PAGE));
	ASSERT_OK(map_touch(&map, 2 * PAGE));
	PASS();
}
