/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DMA maps: the client's memory as the device sees it. A map covers a range of IOVAs and is either
 * backed by a file that the client shared, or accessed by messages ("VFIO_USER_DMA_MAP").
 */
#ifndef LAB_VFIO_USER_DMA_H
#define LAB_VFIO_USER_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a map's memory is accessed. A file that its owner can still truncate is never mapped, because
 * an access beyond its new end would kill this process. It is read and written by system calls,
 * which fail instead.
 */
enum dma_kind {
	DMA_MESSAGES, /* by messages to the client */
	DMA_FILE,
	DMA_MAPPED,
};

struct dma_map {
	uint64_t first, last; /* IOVAs; LAST is included, so that a map can end at 2^64 */
	unsigned int flags;   /* enum vfu_dma_flags */
	enum dma_kind kind;
	int fd;		       /* DMA_FILE, else -1 */
	uint64_t offset;       /* DMA_FILE: offset of FIRST in FD */
	unsigned char *memory; /* DMA_MAPPED: address of FIRST */
	void *mapping;	       /* argument of munmap(), may begin before MEMORY */
	size_t mapping_len;
};

/* Maps sorted by IOVA, without overlaps. */
struct dma_table {
	struct dma_map *maps;
	size_t count, limit;
};

/* Allocates room for LIMIT maps. Returns 0 or -ENOMEM. */
int dma_init(struct dma_table *table, size_t limit);

/*
 * dma_find() returns the map that contains IOVA, or NULL. dma_at() returns the index of the first
 * map that ends at IOVA or later.
 */
const struct dma_map *dma_find(const struct dma_table *table, uint64_t iova);
size_t dma_at(const struct dma_table *table, uint64_t iova);

/*
 * Adds MAP, whose FIRST, LAST and FLAGS are set, backed by FD from byte OFFSET on; an FD of -1
 * means by messages. On success the table owns FD. Returns 0, -EEXIST if the range overlaps a map,
 * -ENOSPC if there are too many maps, -ERANGE if the range exceeds the file, or -errno of fstat()
 * or mmap().
 */
int dma_add(struct dma_table *table, struct dma_map *map, int fd, uint64_t offset);

/* Removes map INDEX and releases its memory and FD. */
void dma_remove(struct dma_table *table, size_t index);

/* Removes all maps and frees the table's memory. */
void dma_table_free(struct dma_table *table);

#endif
