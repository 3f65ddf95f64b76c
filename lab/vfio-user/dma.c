// SPDX-License-Identifier: GPL-2.0-only
#include "lab/vfio-user/dma.h"

#include "lab/vfio-user/vfio-user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int dma_init(struct dma_table *table, size_t limit)
{
	/* Most clients have few maps, and untouched pages of the array use no memory. */
	table->maps = calloc(limit, sizeof(*table->maps));
	table->limit = limit;
	table->count = 0;
	return table->maps ? 0 : -ENOMEM;
}

size_t dma_at(const struct dma_table *table, uint64_t iova)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->maps[middle].last < iova)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct dma_map *dma_find(const struct dma_table *table, uint64_t iova)
{
	size_t at = dma_at(table, iova);

	if (at == table->count || table->maps[at].first > iova)
		return NULL;
	return &table->maps[at];
}

/* Maps the memory, from an offset that the file's page size (possibly huge) allows. */
static int map_memory(struct dma_map *map, int fd, uint64_t offset, const struct stat *st)
{
	uint64_t size = map->last - map->first + 1;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t unit = (uint64_t)st->st_blksize > page ? (uint64_t)st->st_blksize : page;
	uint64_t begin = offset / unit * unit;
	uint64_t end = (offset + size + unit - 1) / unit * unit;
	int prot = PROT_READ | (map->flags & VFU_DMA_WRITE ? PROT_WRITE : 0);
	void *mapping = mmap(NULL, end - begin, prot, MAP_SHARED, fd, (off_t)begin);

	if (mapping == MAP_FAILED)
		return -errno;
	map->kind = DMA_MAPPED;
	map->mapping = mapping;
	map->mapping_len = end - begin;
	map->memory = (unsigned char *)mapping + (offset - begin);
	return 0;
}

static bool can_shrink(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals < 0 || !(seals & F_SEAL_SHRINK);
}

/*
 * The size of anything but a regular file cannot be checked, so its memory is accessed by messages,
 * which clients must support.
 */
static int open_memory(struct dma_map *map, int fd, uint64_t offset)
{
	uint64_t size = map->last - map->first + 1;
	struct stat st;
	int r = 0;

	map->kind = DMA_MESSAGES;
	map->fd = -1;
	if (fd < 0)
		return 0;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return 0;
	}
	if (!size || offset > (uint64_t)st.st_size || size > (uint64_t)st.st_size - offset)
		return -ERANGE;
	if (can_shrink(fd)) {
		map->kind = DMA_FILE;
		map->fd = fd;
		map->offset = offset;
		return 0;
	}
	r = map_memory(map, fd, offset, &st);
	if (!r)
		close(fd);
	return r;
}

int dma_add(struct dma_table *table, struct dma_map *map, int fd, uint64_t offset)
{
	size_t at = dma_at(table, map->first);
	int r;

	if (at < table->count && table->maps[at].first <= map->last)
		return -EEXIST;
	if (table->count == table->limit)
		return -ENOSPC;
	r = open_memory(map, fd, offset);
	if (r)
		return r;
	memmove(&table->maps[at + 1], &table->maps[at], (table->count - at) * sizeof(*table->maps));
	table->maps[at] = *map;
	table->count++;
	return 0;
}

void dma_remove(struct dma_table *table, size_t index)
{
	struct dma_map *map = &table->maps[index];

	if (map->kind == DMA_MAPPED)
		munmap(map->mapping, map->mapping_len);
	if (map->kind == DMA_FILE)
		close(map->fd);
	table->count--;
	memmove(map, map + 1, (table->count - index) * sizeof(*map));
}

void dma_table_free(struct dma_table *table)
{
	while (table->count)
		dma_remove(table, table->count - 1);
	free(table->maps);
	table->maps = NULL;
}
