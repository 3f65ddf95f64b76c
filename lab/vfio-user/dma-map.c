// SPDX-License-Identifier: GPL-2.0-only
/* "VFIO_USER_DMA_MAP", "VFIO_USER_DMA_UNMAP" */
#include "lab/base/cleanup.h"
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)VFU_DMA_READ == WIRE_DMA_READABLE && (int)VFU_DMA_WRITE == WIRE_DMA_WRITEABLE,
	       "flags are passed on unchanged");

/* Stores the last address of a range, which must not be empty or exceed the address space. */
static int range_last(uint64_t address, uint64_t size, uint64_t *last)
{
	if (!size || size - 1 > UINT64_MAX - address)
		return -EINVAL;
	*last = address + (size - 1);
	return 0;
}

static int check_map(const struct wire_dma_map *map, const struct message *m)
{
	if (map->argsz < sizeof(*map) || map->flags & ~(WIRE_DMA_READABLE | WIRE_DMA_WRITEABLE))
		return -EINVAL;
	if (m->fds_lost)
		return -EMFILE;
	return m->fd_count > 1 ? -EINVAL : 0;
}

int serve_dma_map(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct message *m = request->message;
	struct wire_dma_map wire;
	struct dma_map map = {.fd = -1};
	int r;

	(void)reply;
	memcpy(&wire, request->payload, sizeof(wire));
	r = check_map(&wire, m);
	if (r)
		return r;
	map.first = wire.address;
	map.flags = wire.flags;
	r = range_last(wire.address, wire.size, &map.last);
	if (r)
		return r;
	r = dma_add(&vfu->dma, &map, m->fd_count ? m->fds[0] : -1, wire.offset);
	if (r)
		return r;
	if (m->fd_count)
		(void)steal_fd(&m->fds[0]);
	if (vfu->ops->dma_mapped)
		vfu->ops->dma_mapped(vfu->device, wire.address, wire.size);
	return 0;
}

static void remove_map(struct vfu *vfu, size_t at)
{
	const struct dma_map *map = &vfu->dma.maps[at];

	if (vfu->ops->dma_unmapped)
		vfu->ops->dma_unmapped(vfu->device, map->first, map->last - map->first + 1);
	dma_remove(&vfu->dma, at);
}

void drop_dma_maps(struct vfu *vfu)
{
	while (vfu->dma.count)
		remove_map(vfu, vfu->dma.count - 1);
}

/*
 * The specification requires a range to be exactly one map. With an emulated IOMMU, QEMU also sends
 * ranges that contain several maps, as the kernel's VFIO allows; all of them are unmapped. A range
 * that would split a map is refused.
 */
static int unmap_range(struct vfu *vfu, uint64_t first, uint64_t last)
{
	size_t from = dma_at(&vfu->dma, first), to = from;

	while (to < vfu->dma.count && vfu->dma.maps[to].first <= last) {
		if (vfu->dma.maps[to].first < first || vfu->dma.maps[to].last > last)
			return -EINVAL;
		to++;
	}
	if (to == from)
		return -ENOENT;
	while (to > from)
		remove_map(vfu, --to);
	return 0;
}

int serve_dma_unmap(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_dma_unmap wire;
	uint64_t last;
	int r;

	memcpy(&wire, request->payload, sizeof(wire));
	memcpy(reply->data, &wire, sizeof(wire));
	reply->len = sizeof(wire);
	if (wire.argsz < sizeof(wire) || wire.flags & ~WIRE_DMA_UNMAP_ALL)
		return -EINVAL;
	if (wire.flags) {
		drop_dma_maps(vfu);
		return 0;
	}
	r = range_last(wire.address, wire.size, &last);
	return r ? r : unmap_range(vfu, wire.address, last);
}
