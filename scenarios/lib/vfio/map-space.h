/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps of a region at an address of the caller's choice: a kernel maps huge pages only if the map
 * and its part of the region have the same alignment.
 */
#ifndef SCENARIOS_LIB_VFIO_MAP_SPACE_H
#define SCENARIOS_LIB_VFIO_MAP_SPACE_H

#include "scenarios/lib/vfio/region.h"

#define MAP_PAGE 4096ull
#define MAP_HUGE (2ull << 20)

/* The length of each map, in bytes. */
#define MAP_SPAN (4 * MAP_HUGE)

/* Reserved address space for one map. */
struct map_space {
	char *start, *aligned; /* the latter starts a huge page */
};

/*
 * Reserve address space, and map MAP_SPAN bytes at OFFSET of the region there, IN_MEMORY bytes
 * behind the start of a huge page; less than MAP_HUGE. Returns 0 or -errno.
 */
int map_space_fill(struct map_space *space, struct dut *dut, const struct region *region,
		   uint64_t offset, uint64_t in_memory, struct mapping *map);

/* Unmap the map and the reserved space. */
void map_space_release(struct map_space *space);
#define cleanup_space __attribute__((cleanup(map_space_release)))

/* Returns how many faults it takes to read a word of each page of MAP, from its start on. */
long map_count_faults(const struct mapping *map);

#endif
