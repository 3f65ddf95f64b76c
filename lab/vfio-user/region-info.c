// SPDX-License-Identifier: GPL-2.0-only
/*
 * The description of a device: "VFIO_USER_DEVICE_GET_INFO", "VFIO_USER_DEVICE_GET_REGION_INFO", and
 * vfu_set_region().
 */
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

unsigned int region_count(const struct vfu *vfu)
{
	unsigned int count = VFU_REGIONS;

	while (count > VFIO_PCI_NUM_REGIONS && !vfu->regions[count - 1].size)
		count--;
	return count;
}

bool region_mappable(const struct vfu *vfu, const struct vfu_region *region)
{
	return region->size && region->fd >= 0 && vfu->client_fds > 0;
}

int serve_device_info(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_device_info info;

	memcpy(&info, request->payload, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info = (struct wire_device_info){
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_PCI | (vfu->ops->reset ? VFIO_DEVICE_FLAGS_RESET : 0),
		.num_regions = region_count(vfu),
		.num_irqs = VFU_IRQ_INDEXES,
	};
	memcpy(reply->data, &info, sizeof(info));
	reply->len = sizeof(info);
	return 0;
}

/* The reply under construction: the region's info, then a linked list of capabilities. */
struct chain {
	unsigned char *data;
	size_t len;
	size_t link; /* offset of the pointer to the next capability */
};

static void chain_add(struct chain *chain, const void *data, size_t len)
{
	memcpy(chain->data + chain->len, data, len);
	chain->len += len;
}

static void chain_cap(struct chain *chain, const void *cap, size_t len)
{
	uint32_t here = (uint32_t)chain->len;

	memcpy(chain->data + chain->link, &here, sizeof(here));
	chain->link = chain->len + offsetof(struct wire_cap, next);
	chain_add(chain, cap, len);
}

static void chain_sparse(struct chain *chain, const struct vfu_region *region)
{
	struct wire_cap_sparse cap = {
		.cap = {.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP, .version = 1},
		.nr_areas = region->area_count,
	};

	chain_cap(chain, &cap, sizeof(cap));
	for (unsigned int i = 0; i < region->area_count; i++) {
		struct wire_area area = {region->areas[i].offset, region->areas[i].size};

		chain_add(chain, &area, sizeof(area));
	}
}

static void chain_type(struct chain *chain, const struct vfu_region *region)
{
	struct wire_cap_type cap = {
		.cap = {.id = VFIO_REGION_INFO_CAP_TYPE, .version = 1},
		.type = region->type,
		.subtype = region->subtype,
	};

	chain_cap(chain, &cap, sizeof(cap));
}

static void describe(const struct vfu_region *region, bool mappable, struct chain *chain,
		     struct wire_region_info *info)
{
	info->size = region->size;
	info->flags = region->size ? region->flags : 0;
	if (mappable)
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	if (mappable)
		info->offset = region->fd_offset;
	chain->len = sizeof(*info);
	chain->link = offsetof(struct wire_region_info, cap_offset);
	if (mappable && region->area_count)
		chain_sparse(chain, region);
	if (region->size && (region->type || region->subtype))
		chain_type(chain, region);
	if (chain->len > sizeof(*info)) {
		info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
		/*
		 * Set even if the capabilities do not fit, because QEMU, which asks twice, expects
		 * a valid value the first time.
		 */
		info->cap_offset = sizeof(*info);
	}
	info->argsz = (uint32_t)chain->len;
	memcpy(chain->data, info, sizeof(*info));
}

int serve_region_info(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_region_info asked, info = {0};
	struct chain chain = {.data = reply->data};
	const struct vfu_region *region;
	bool mappable;

	memcpy(&asked, request->payload, sizeof(asked));
	if (asked.argsz < sizeof(asked) || asked.index >= region_count(vfu))
		return -EINVAL;
	region = &vfu->regions[asked.index];
	mappable = region_mappable(vfu, region);
	info.index = asked.index;
	describe(region, mappable, &chain, &info);
	reply->len = chain.len <= asked.argsz ? chain.len : sizeof(info);
	reply->fd = mappable ? region->fd : -1;
	return 0;
}

static bool aligned(uint64_t value)
{
	return !(value & ((uint64_t)sysconf(_SC_PAGESIZE) - 1));
}

/* Areas may be in any order, but must be page-aligned, within the region, and must not overlap. */
static int check_areas(const struct vfu_region *region)
{
	for (unsigned int i = 0; i < region->area_count; i++) {
		const struct vfu_area *a = &region->areas[i];

		if (!a->size || !aligned(a->offset) || !aligned(a->size) ||
		    a->offset > region->size || a->size > region->size - a->offset)
			return -EINVAL;
		for (unsigned int j = 0; j < i; j++) {
			const struct vfu_area *b = &region->areas[j];

			if (a->offset < b->offset + b->size && b->offset < a->offset + a->size)
				return -EINVAL;
		}
	}
	return 0;
}

static int check_file(const struct vfu_region *region)
{
	struct stat st;

	if (region->fd < 0)
		return 0;
	if (!aligned(region->fd_offset))
		return -EINVAL;
	if (fstat(region->fd, &st))
		return -errno;
	if (region->fd_offset > (uint64_t)st.st_size ||
	    region->size > (uint64_t)st.st_size - region->fd_offset)
		return -ERANGE;
	return 0;
}

int vfu_set_region(struct vfu *vfu, unsigned int index, const struct vfu_region *region)
{
	bool memory = region->fd >= 0 || region->memory || region->area_count;
	int r;

	if (index >= VFU_REGIONS || region->flags & ~(uint32_t)VFU_REGION_RW ||
	    region->area_count > VFU_AREAS)
		return -EINVAL;
	if (region->size > INT64_MAX || (memory && !region->size) ||
	    (region->area_count && region->fd < 0))
		return -EINVAL;
	if (vfu->connection >= 0)
		return -EBUSY;
	r = check_areas(region);
	if (!r)
		r = check_file(region);
	if (!r)
		vfu->regions[index] = *region;
	return r;
}
