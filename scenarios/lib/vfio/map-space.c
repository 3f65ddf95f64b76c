// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/map-space.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define SPACE_LEN (MAP_SPAN + 2 * MAP_HUGE)

static int reserve(struct map_space *space)
{
	void *at = mmap(NULL, SPACE_LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			0);

	if (at == MAP_FAILED)
		return -errno;
	*space = (struct map_space){at, (char *)(((uintptr_t)at + MAP_HUGE - 1) & ~(MAP_HUGE - 1))};
	return 0;
}

int map_space_fill(struct map_space *space, struct dut *dut, const struct region *region,
		   uint64_t offset, uint64_t in_memory, struct mapping *map)
{
	int err = reserve(space);
	void *at;

	if (err)
		return err;
	at = mmap(space->aligned + in_memory, MAP_SPAN, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_FIXED, dut->vfio.device, (off_t)(region->offset + offset));
	if (at == MAP_FAILED)
		return -errno;
	*map = (struct mapping){at, MAP_SPAN};
	return 0;
}

void map_space_release(struct map_space *space)
{
	if (space->start)
		munmap(space->start, SPACE_LEN);
}

long map_count_faults(const struct mapping *map)
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (uint64_t at = 0; at < map->len; at += MAP_PAGE)
		map_read32(map, at);
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}
