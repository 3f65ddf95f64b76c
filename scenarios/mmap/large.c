// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: maps of a BAR larger than a huge page, whose starts in the BAR and in memory have different
 * alignment. A kernel that maps huge pages (6.12 and later) may do so only if both are aligned
 * (fixed in 6.13 and 6.15).
 */
#include "scenarios/lib/scenario.h"

#include <sys/mman.h>
#include <sys/resource.h>

#define PAGE 4096ull
#define HUGE (2ull << 20)
#define SPAN (4 * HUGE)

/*
 * Reserved address space of SPAN bytes and a bit more, aligned to a huge page; unmap_space unmaps
 * it.
 */
struct space {
	char *start, *aligned;
};

#define SPACE_LEN (SPAN + 2 * HUGE)

static bool reserve(struct space *space)
{
	void *at = mmap(NULL, SPACE_LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			0);

	if (at == MAP_FAILED)
		return false;
	*space = (struct space){at, (char *)(((uintptr_t)at + HUGE - 1) & ~(HUGE - 1))};
	return true;
}

static void unmap_space(struct space *space)
{
	if (space->start)
		munmap(space->start, SPACE_LEN);
}

#define cleanup_space __attribute__((cleanup(unmap_space)))

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
	cleanup_space struct space space = {0};
	struct mapping map = {NULL, SPAN};
	struct region bar;
	uint32_t word;

	ASSERT_OK(region_info(dut, index, &bar));
	ASSERT_THAT(reserve(&space), "no memory to map to: %s", error_name(errno));
	map.at = mmap(space.aligned + row->in_memory, SPAN, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_FIXED, dut->vfio.device, (off_t)(bar.offset + row->in_bar));
	ASSERT_THAT(map.at != MAP_FAILED, "the BAR cannot be mapped: %s", error_name(errno));
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const uint32_t value = 0x5eed0000u | (uint32_t)i;

		map_write32(&map, places[i], value);
		ASSERT_OK(bar_read32(dut, index, row->in_bar + places[i], &word));
		ASSERT_HEX(value, word);
	}
	PASS();
}

/* Returns how many faults it takes to read a word of each page of MAP, from its start on. */
static long count_faults(const struct mapping *map)
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (uint64_t at = 0; at < SPAN; at += PAGE)
		map_read32(map, at);
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}

/*
 * One fault for all: the kernel maps the whole VMA (before 6.10). SPAN / HUGE: by huge pages (6.12,
 * with TRANSPARENT_HUGEPAGE). SPAN / PAGE: page by page.
 */
SCENARIO(faults_of_large_map_counted, "scratch bar=large",
	 "facts: the number of faults that map the pages of an aligned map of a large BAR")
{
	const unsigned int index = dut->driver->scratch.bar;
	cleanup_space struct space space = {0};
	struct mapping map = {NULL, SPAN};
	struct region bar;
	long faults;

	ASSERT_OK(region_info(dut, index, &bar));
	ASSERT_THAT(reserve(&space), "no memory to map to: %s", error_name(errno));
	map.at = mmap(space.aligned, SPAN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		      dut->vfio.device, (off_t)bar.offset);
	ASSERT_THAT(map.at != MAP_FAILED, "the BAR cannot be mapped: %s", error_name(errno));
	faults = count_faults(&map);
	fact("faults_in_%llu_MiB=%ld", SPAN >> 20, faults);
	ASSERT_THAT(faults >= 1 && faults <= (long)(SPAN / PAGE), "%ld faults for %llu pages",
		    faults, SPAN / PAGE);
	PASS();
}
