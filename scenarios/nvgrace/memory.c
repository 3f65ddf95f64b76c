// SPDX-License-Identifier: GPL-2.0-only
/* nvgrace: the memory of a GPU, read, written and mapped. */
#include "scenarios/nvgrace/nvgrace.h"

#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/map-space.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE MAP_PAGE
#define HUGE MAP_HUGE

static const size_t lengths[] = {1, 2, 3, 4, 7, 8, 64, 4095, 4096};

/* One write and one read of LEN bytes at AT. */
static const char *check_stored(struct dut *dut, const struct region *bar, uint64_t at, size_t len)
{
	uint8_t in[PAGE], out[PAGE] = {0};
	const char *why;

	pattern_fill(in, len, (unsigned int)(at + len));
	if (region_write(dut, bar, at, in, len) != (ssize_t)len ||
	    region_read(dut, bar, at, out, len) != (ssize_t)len)
		return text("%zu bytes at 0x%llx: the access is short", len,
			    (unsigned long long)at);
	why = check_bytes(in, out, len);
	return why ? text("%zu bytes at 0x%llx: %s", len, (unsigned long long)at, why) : NULL;
}

static const char *check_read_write(struct dut *dut, const struct gpu_part *part,
				    const struct region *bar)
{
	const uint64_t places[] = {0, 1, PAGE - 1, HUGE - 3, part->size / 2 + 5, part->size - PAGE};
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for (size_t n = 0; n < ARRAY_SIZE(lengths) && !why; n++)
			why = check_stored(dut, bar, places[i], lengths[n]);
	return why;
}

SCENARIO(memory_stores_any_length, NEEDED,
	 "reads and writes of any length and alignment reach the memory")
{
	ASSERT_CHECK(gpu_check_parts(dut, check_read_write));
	PASS();
}

/* Around the end of the memory and of its BAR, in bytes: from AT on, the access of LEN. */
static const char *check_access(struct dut *dut, const struct region *bar, uint64_t at, size_t len,
				ssize_t expected)
{
	uint8_t data[64] = {0};
	const ssize_t wrote = region_write(dut, bar, at, data, len);
	const ssize_t got = region_read(dut, bar, at, data, len);

	if (wrote == expected && got == expected)
		return NULL;
	return text("%zu bytes at 0x%llx: expected %zd, the write returned %zd, the read %zd", len,
		    (unsigned long long)at, expected, wrote, got);
}

static const char *check_bar_end(struct dut *dut,
				 const struct gpu_part *part __attribute__((unused)),
				 const struct region *bar)
{
	const char *why = check_access(dut, bar, bar->size - 8, 8, 8);

	why = why ?: check_access(dut, bar, bar->size - 8, 64, 8);
	why = why ?: check_access(dut, bar, bar->size - 1, 2, 1);
	why = why ?: check_access(dut, bar, bar->size, 1, -EINVAL);
	why = why ?: check_access(dut, bar, bar->size + PAGE, 8, -EINVAL);
	return why ?: check_access(dut, bar, 1ull << 39, 8, -EINVAL);
}

SCENARIO(access_ends_with_bar, NEEDED,
	 "an access across the end of the BAR is cut there, and one behind it is refused")
{
	ASSERT_CHECK(gpu_check_parts(dut, check_bar_end));
	PASS();
}

static const char *check_memory_end(struct dut *dut, const struct gpu_part *part,
				    const struct region *bar)
{
	uint8_t in[16], out[48], ones[32];
	const char *why;

	if (part->size == bar->size)
		return NULL;
	memset(ones, 0xff, sizeof(ones));
	pattern_fill(in, sizeof(in), 7);
	if (region_write(dut, bar, part->size - sizeof(in), in, sizeof(in)) != sizeof(in) ||
	    region_write(dut, bar, part->size, in, sizeof(in)) != sizeof(in))
		return "a write at the end of the memory, or behind it, is short";
	if (region_read(dut, bar, part->size - sizeof(in), out, sizeof(out)) != sizeof(out))
		return "a read across the end of the memory is short";
	why = check_bytes(in, out, sizeof(in)) ?: check_bytes(ones, out + sizeof(in), sizeof(ones));
	if (why)
		return text("across the end of the memory: %s", why);
	if (region_read(dut, bar, bar->size - sizeof(ones), out, sizeof(ones)) != sizeof(ones))
		return "a read at the end of the BAR is short";
	return check_bytes(ones, out, sizeof(ones));
}

SCENARIO(bar_beyond_memory_reads_ones, NEEDED,
	 "the BAR beyond the memory reads as ones and ignores writes, also in one access with "
	 "memory")
{
	ASSERT_CHECK(gpu_check_parts(dut, check_memory_end));
	PASS();
}

static const char *check_write_across(struct dut *dut, const struct gpu_part *part,
				      const struct region *bar)
{
	uint8_t in[24], out[8];

	if (part->size == bar->size)
		return NULL;
	pattern_fill(in, sizeof(in), 9);
	if (region_write(dut, bar, part->size - sizeof(out), in, sizeof(in)) != sizeof(in))
		return "the write is short";
	if (region_read(dut, bar, part->size - sizeof(out), out, sizeof(out)) != sizeof(out))
		return "the read is short";
	return check_bytes(in, out, sizeof(out));
}

SCENARIO(write_across_end_of_memory, NEEDED,
	 "a write across the end of the memory writes the part that is memory")
{
	ASSERT_CHECK(gpu_check_parts(dut, check_write_across));
	PASS();
}

/* A map of LEN bytes at AT is made, and can be read, or fails with EXPECTED. */
static const char *check_map(struct dut *dut, const struct region *bar, uint64_t at, uint64_t len,
			     int expected)
{
	cleanup_mapping struct mapping map = {NULL, 0};
	int err = region_map(dut, bar, at, len, &map);

	if (err != expected)
		return text("a map of 0x%llx bytes at 0x%llx: expected %s, got %s",
			    (unsigned long long)len, (unsigned long long)at, error_name(expected),
			    error_name(err));
	if (!err && (map_touch(&map, 0) || map_touch(&map, len - 1)))
		return text("a map of 0x%llx bytes at 0x%llx cannot be read",
			    (unsigned long long)len, (unsigned long long)at);
	return NULL;
}

static const char *check_map_range(struct dut *dut, const struct gpu_part *part,
				   const struct region *bar)
{
	const char *why = check_map(dut, bar, 0, part->size, 0);

	why = why ?: check_map(dut, bar, part->size - PAGE, PAGE, 0);
	why = why ?: check_map(dut, bar, 0, part->size + PAGE, -EINVAL);
	why = why ?: check_map(dut, bar, part->size - PAGE, 2 * PAGE, -EINVAL);
	why = why ?: check_map(dut, bar, part->size, PAGE, -EINVAL);
	why = why
		      ?: check_map(dut, bar, bar->size - PAGE, PAGE,
				   part->size == bar->size ? 0 : -EINVAL);
	return why ?: check_map(dut, bar, 1ull << 38, PAGE, -EINVAL);
}

SCENARIO(only_memory_is_mapped, NEEDED, "all memory can be mapped, and nothing beyond it")
{
	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(gpu_check_parts(dut, check_map_range));
	PASS();
}

/* Every place through the map and through the file, so that no two places are the same memory. */
static const char *check_same_memory(struct dut *dut, const struct gpu_part *part,
				     const struct region *bar)
{
	const uint64_t places[] = {
		0, PAGE, HUGE - 4, HUGE, part->size / 2 - 4, part->size / 2 + 4, part->size - 4};
	cleanup_mapping struct mapping map = {NULL, 0};
	int err = region_map(dut, bar, 0, part->size, &map);
	uint32_t word = 0;

	if (err)
		return text("it cannot be mapped: %s", error_name(err));
	for (uint32_t i = 0; i < ARRAY_SIZE(places); i++)
		map_write32(&map, places[i], part->bar << 16 | i);
	for (uint32_t i = 0; i < ARRAY_SIZE(places); i++) {
		region_read(dut, bar, places[i], &word, sizeof(word));
		if (word != (part->bar << 16 | i))
			return text("0x%llx: 0x%x was written through the map, 0x%x is read",
				    (unsigned long long)places[i], part->bar << 16 | i, word);
		word = ~word;
		region_write(dut, bar, places[i], &word, sizeof(word));
		if (map_read32(&map, places[i]) != word)
			return text("0x%llx: 0x%x was written, the map has 0x%x",
				    (unsigned long long)places[i], word,
				    map_read32(&map, places[i]));
	}
	return NULL;
}

SCENARIO(map_and_file_show_the_same_memory, NEEDED,
	 "what is written through a map is read through the file, and the reverse")
{
	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(gpu_check_parts(dut, check_same_memory));
	PASS();
}

/* The end of one part is followed by the start of the other. */
SCENARIO(parts_do_not_overlap, NEEDED,
	 "the last word of the usable memory and the first of the reserved are two words")
{
	const struct gpu *gpu = gpu_of(dut);
	uint32_t first = 0x11111111, last = 0x22222222, got = 0;
	struct region usable, reserved;

	if (!gpu || !gpu->parts[0].size)
		PASS();
	ASSERT_OK(region_info(dut, RESERVED_BAR, &reserved));
	ASSERT_OK(region_info(dut, USABLE_BAR, &usable));
	ASSERT_NUMBER(4, region_write(dut, &usable, gpu->parts[1].size - 4, &last, 4));
	ASSERT_NUMBER(4, region_write(dut, &reserved, 0, &first, 4));
	ASSERT_NUMBER(4, region_read(dut, &usable, gpu->parts[1].size - 4, &got, 4));
	ASSERT_HEX(last, got);
	ASSERT_NUMBER(4, region_write(dut, &usable, 0, &last, 4));
	ASSERT_NUMBER(4, region_read(dut, &reserved, 0, &got, 4));
	ASSERT_HEX(first, got);
	PASS();
}

static const struct {
	const char *name;
	uint64_t in_memory, in_bar;
} starts[] = {
	{"both start a huge page", 0, 0},
	{"the map starts a huge page, its part of the memory does not", 0, PAGE},
	{"the part of the memory starts a huge page, the map does not", PAGE, 0},
	{"both are a page behind the start of one", PAGE, PAGE},
	{"one is a page behind the start of one, the other a page before", PAGE, HUGE - PAGE},
};

/* From the end to the start, so that each page is mapped by its own fault. */
SCENARIO_TABLE(map_of_any_alignment_shows_its_memory, starts, NEEDED,
	       "a map shows the requested part of the memory, whatever the alignment of its start")
{
	static const uint64_t places[] = {
		MAP_SPAN - PAGE, MAP_SPAN - HUGE, MAP_SPAN / 2 + PAGE, HUGE, HUGE - PAGE, 0};
	const struct gpu *gpu = gpu_of(dut);

	ASSERT_OK(dut_start(dut));
	for (size_t n = 0; gpu && n < ARRAY_SIZE(gpu->parts); n++) {
		cleanup_space struct map_space space = {0};
		struct mapping map;
		struct region bar;
		uint32_t word;

		if (!gpu->parts[n].size)
			continue;
		ASSERT_OK(region_info(dut, gpu->parts[n].bar, &bar));
		ASSERT_OK(map_space_fill(&space, dut, &bar, row->in_bar, row->in_memory, &map));
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			const uint32_t value = 0x5eed0000u | (uint32_t)i;

			map_write32(&map, places[i], value);
			ASSERT_NUMBER(4, region_read(dut, &bar, row->in_bar + places[i], &word, 4));
			ASSERT_HEX(value, word);
		}
	}
	PASS();
}

/*
 * One fault for all, or none: the driver maps the whole VMA at once (before 6.19). MAP_SPAN /
 * MAP_HUGE: by huge pages. MAP_SPAN / PAGE: page by page.
 */
SCENARIO(faults_of_memory_counted, NEEDED,
	 "facts: the number of faults that map the pages of an aligned map of the memory")
{
	const struct gpu *gpu = gpu_of(dut);

	ASSERT_OK(dut_start(dut));
	for (size_t n = 0; gpu && n < ARRAY_SIZE(gpu->parts); n++) {
		cleanup_space struct map_space space = {0};
		struct mapping map;
		struct region bar;
		long faults;

		if (!gpu->parts[n].size)
			continue;
		ASSERT_OK(region_info(dut, gpu->parts[n].bar, &bar));
		ASSERT_OK(map_space_fill(&space, dut, &bar, 0, 0, &map));
		faults = map_count_faults(&map);
		fact("bar[%u].faults_in_%llu_MiB=%ld", gpu->parts[n].bar, MAP_SPAN >> 20, faults);
		ASSERT_THAT(faults <= (long)(MAP_SPAN / PAGE), "%ld faults for %llu pages", faults,
			    MAP_SPAN / PAGE);
	}
	PASS();
}
