// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: maps of a BAR larger than a huge page, whose starts in the BAR and in memory have different
 * alignment. A kernel that maps huge pages (6.12 and later) may do so only if both are aligned
 * (fixed in 6.13 and 6.15).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/map-space.h"

#define PAGE MAP_PAGE
#define HUGE MAP_HUGE
#define SPAN MAP_SPAN

/* The offset of the map's start within a huge page, in the process's memory and in the BAR. */
static const struct {
	const char *name;
	uint64_t in_memory, in_bar;
} starts[] = {
	{"both start a huge page", 0, 0},
	{"the map starts a huge page, its part of the BAR does not", 0, PAGE},
	{"the part of the BAR starts a huge page, the map does not", PAGE, 0},
	{"both are a page behind the start of one", PAGE, PAGE},
	{"one is a page behind the start of one, the other a page before", PAGE, HUGE - PAGE},
};

/* From the end to the start, so that each page is mapped by its own fault. */
SCENARIO_TABLE(map_of_any_alignment_shows_its_part, starts, "scratch bar=large",
	       "a map shows the requested part of the BAR, whatever the alignment of its start")
{
	static const uint64_t places[] = {SPAN - PAGE, SPAN - HUGE, SPAN / 2 + PAGE,
					  HUGE,	       HUGE - PAGE, 0};
	const unsigned int index = dut->driver->scratch.bar;
	cleanup_space struct map_space space = {0};
	struct mapping map;
	struct region bar;
	uint32_t word;

	ASSERT_OK(region_info(dut, index, &bar));
	ASSERT_OK(map_space_fill(&space, dut, &bar, row->in_bar, row->in_memory, &map));
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const uint32_t value = 0x5eed0000u | (uint32_t)i;

		map_write32(&map, places[i], value);
		ASSERT_OK(bar_read32(dut, index, row->in_bar + places[i], &word));
		ASSERT_HEX(value, word);
	}
	PASS();
}

/*
 * One fault for all: the kernel maps the whole VMA (before 6.10). SPAN / HUGE: by huge pages (6.12,
 * with TRANSPARENT_HUGEPAGE). SPAN / PAGE: page by page.
 */
SCENARIO(faults_of_large_map_counted, "scratch bar=large",
	 "facts: the number of faults that map the pages of an aligned map of a large BAR")
{
	const unsigned int index = dut->driver->scratch.bar;
	cleanup_space struct map_space space = {0};
	struct mapping map;
	struct region bar;
	long faults;

	ASSERT_OK(region_info(dut, index, &bar));
	ASSERT_OK(map_space_fill(&space, dut, &bar, 0, 0, &map));
	faults = map_count_faults(&map);
	fact("faults_in_%llu_MiB=%ld", SPAN >> 20, faults);
	ASSERT_THAT(faults >= 1 && faults <= (long)(SPAN / PAGE), "%ld faults for %llu pages",
		    faults, SPAN / PAGE);
	PASS();
}
