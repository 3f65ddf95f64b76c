// SPDX-License-Identifier: GPL-2.0-only
/* Reads and writes the client's memory, in the way that each map requires. */
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Copies LEN bytes. Returns 0, or -errno; -EFAULT if the file has been truncated. */
static int copy_file(const struct dma_map *map, bool write, uint64_t at, unsigned char *data,
		     size_t len)
{
	while (len) {
		off_t offset = (off_t)(map->offset + at);
		ssize_t n = write ? pwrite(map->fd, data, len, offset)
				  : pread(map->fd, data, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EFAULT;
		at += (uint64_t)n;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Copies LEN bytes within MAP, from byte AT of the map on. */
static int copy_map(struct vfu *vfu, const struct dma_map *map, bool write, uint64_t at,
		    unsigned char *data, size_t len)
{
	int r;

	switch (map->kind) {
	case DMA_MAPPED:
		if (write)
			memcpy(map->memory + at, data, len);
		else
			memcpy(data, map->memory + at, len);
		return 0;
	case DMA_FILE:
		r = copy_file(map, write, at, data, len);
		/*
		 * Files of huge pages do not support write(), and some descriptors are read-only:
		 * use messages.
		 */
		if (r != -EINVAL && r != -EBADF)
			return r;
		break;
	case DMA_MESSAGES:
		break;
	}
	return dma_ask(vfu, write, map->first + at, data, len);
}

/*
 * Each piece is looked up again. No map can be removed meanwhile, because an unmap request that
 * arrives while the client is asked stays in the queue.
 */
int vfu_pass_dma(struct vfu *vfu, const struct vfu_dma *dma)
{
	unsigned int needed = dma->write ? VFU_DMA_WRITE : VFU_DMA_READ;
	unsigned char *data = dma->data;
	uint64_t iova = dma->iova;
	size_t left = dma->len;

	if (!vfu->agreed)
		return -ENOTCONN;
	while (left) {
		const struct dma_map *map = dma_find(&vfu->dma, iova);
		size_t len;
		int r;

		if (!map || !(map->flags & needed))
			return -EFAULT;
		len = left - 1 > map->last - iova ? (size_t)(map->last - iova + 1) : left;
		r = copy_map(vfu, map, dma->write, iova - map->first, data, len);
		if (r)
			return r;
		if (len < left && iova + len < iova)
			return -EFAULT;
		iova += len;
		data += len;
		left -= len;
	}
	return 0;
}

static int start_dma(struct vfu *vfu, const struct vfu_dma *dma)
{
	return vfu->hooks->dma ? vfu->hooks->dma(vfu->hook, vfu, dma) : vfu_pass_dma(vfu, dma);
}

int vfu_dma_read(struct vfu *vfu, uint64_t iova, void *data, size_t len)
{
	return start_dma(vfu, &(struct vfu_dma){.iova = iova, .len = len, .data = data});
}

int vfu_dma_write(struct vfu *vfu, uint64_t iova, const void *data, size_t len)
{
	return start_dma(
		vfu,
		&(struct vfu_dma){.iova = iova, .len = len, .data = (void *)data, .write = true});
}

void *vfu_dma_pointer(struct vfu *vfu, uint64_t iova, size_t len, unsigned int flags)
{
	const struct dma_map *map = dma_find(&vfu->dma, iova);

	if (!map || !len || map->kind != DMA_MAPPED || (map->flags & flags) != flags)
		return NULL;
	return len - 1 > map->last - iova ? NULL : map->memory + (iova - map->first);
}

bool vfu_dma_mapped(const struct vfu *vfu, uint64_t iova, uint64_t len, unsigned int flags)
{
	while (len) {
		const struct dma_map *map = dma_find(&vfu->dma, iova);
		uint64_t here;

		if (!map || (map->flags & flags) != flags)
			return false;
		here = map->last - iova;
		if (len - 1 <= here)
			return true;
		if (map->last == UINT64_MAX)
			return false;
		len -= here + 1;
		iova = map->last + 1;
	}
	return true;
}
