/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The client's memory as the device sees it: maps from IOVA ranges to files
 * that the client shared, or to nothing but messages ("VFIO_USER_DMA_MAP").
 */
#ifndef LAB_VFIO_USER_DMA_H
#define LAB_VFIO_USER_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a map's memory is reached. A file that its owner can still shorten is
 * never mapped, as an access beyond its new end would kill this process; it is
 * read and written by system calls, which just fail.
 */
enum dma_kind {
	DMA_MESSAGES, /* the client must be asked */
	DMA_FILE,
	DMA_MAPPED,
};

struct dma_map {
	uint64_t first, last; /* IOVAs; LAST included, so that a map can end at 2^64 */
	unsigned int flags;   /* enum vfu_dma_flags */
	enum dma_kind kind;
	int fd;		       /* DMA_FILE, else -1 */
	uint64_t offset;       /* DMA_FILE: of FIRST in FD */
	unsigned char *memory; /* DMA_MAPPED: of FIRST */
	void *mapping;	       /* what to unmap, which may begin before MEMORY */
	size_t mapping_len;
};

/* Maps in order of their IOVAs; none overlap. */
struct dma_table {
	struct dma_map *maps;
	size_t count, limit;
};

/* Room for LIMIT maps. 0 or -ENOMEM. */
int dma_init(struct dma_table *table, size_t limit);

/* The map that has IOVA, or NULL; and the index of the first one that ends at IOVA or later. */
const struct dma_map *dma_find(const struct dma_table *table, uint64_t iova);
size_t dma_at(const struct dma_table *table, uint64_t iova);

/*
 * Add MAP, whose FIRST, LAST and FLAGS are set, for SIZE bytes at OFFSET of
 * FD, which is taken over on success; -1 = by messages. 0. -EEXIST: something
 * is mapped there. -ENOSPC: too many. -ERANGE: beyond the file's end. Or the
 * -errno of fstat() or mmap().
 */
int dma_add(struct dma_table *table, struct dma_map *map, int fd, uint64_t offset);

/* Remove the map number INDEX, and what it holds. */
void dma_remove(struct dma_table *table, size_t index);

/* Remove all, and free the table's own memory. */
void dma_table_free(struct dma_table *table);

#endif
