// SPDX-License-Identifier: GPL-2.0-only
/*
 * "VFIO_USER_REGION_READ", "VFIO_USER_REGION_WRITE", "VFIO_USER_REGION_WRITE_MULTI",
 * "VFIO_USER_DEVICE_RESET"
 */
#include "lab/vfio-user/internal.h"

#include <errno.h>
#include <string.h>

static bool within(const struct vfu_access *access, uint64_t offset, uint64_t size)
{
	return access->offset >= offset && access->offset + access->len <= offset + size;
}

/* Returns true if the access is within mappable memory, or the whole region is plain memory. */
static bool is_memory(const struct vfu_region *region, const struct vfu_access *access)
{
	if (!region->memory)
		return false;
	if (!region->area_count)
		return true;
	for (unsigned int i = 0; i < region->area_count; i++)
		if (within(access, region->areas[i].offset, region->areas[i].size))
			return true;
	return false;
}

int vfu_pass_access(struct vfu *vfu, struct vfu_access *access)
{
	const struct vfu_region *region;

	if (access->region >= VFU_REGIONS)
		return -EINVAL;
	region = &vfu->regions[access->region];
	if (access->offset > region->size || access->len > region->size - access->offset)
		return -EINVAL;
	if (is_memory(region, access)) {
		unsigned char *memory = (unsigned char *)region->memory + access->offset;

		memcpy(access->write ? memory : access->data, access->write ? access->data : memory,
		       access->len);
		return 0;
	}
	return vfu->ops->access ? vfu->ops->access(vfu->device, access) : -ENXIO;
}

/* The checks documented in struct vfu_access. */
static int check_access(const struct vfu *vfu, const struct wire_region_access *wire, bool write)
{
	const struct vfu_region *region;

	if (wire->region >= VFU_REGIONS || wire->count > vfu->limits.max_transfer)
		return -EINVAL;
	region = &vfu->regions[wire->region];
	if (!(region->flags & (write ? VFU_REGION_WRITE : VFU_REGION_READ)))
		return -EINVAL;
	if (wire->offset > region->size || wire->count > region->size - wire->offset)
		return -EINVAL;
	return 0;
}

static int do_access(struct vfu *vfu, const struct wire_region_access *wire, bool write,
		     unsigned char *data)
{
	struct vfu_access access = {
		.region = wire->region,
		.write = write,
		.offset = wire->offset,
		.len = wire->count,
		.data = data,
	};

	if (!access.len)
		return 0;
	if (vfu->hooks->access)
		return vfu->hooks->access(vfu->hook, vfu, &access);
	return vfu_pass_access(vfu, &access);
}

int serve_region_read(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_region_access wire;
	unsigned char *data = reply->data + sizeof(wire);
	int r;

	memcpy(&wire, request->payload, sizeof(wire));
	r = check_access(vfu, &wire, false);
	if (r)
		return r;
	memcpy(reply->data, &wire, sizeof(wire));
	memset(data, 0, wire.count);
	reply->len = sizeof(wire) + wire.count;
	return do_access(vfu, &wire, false, data);
}

int serve_region_write(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	struct wire_region_access wire;
	int r;

	memcpy(&wire, request->payload, sizeof(wire));
	r = check_access(vfu, &wire, true);
	if (r)
		return r;
	if (request->len - sizeof(wire) != wire.count)
		return -EINVAL;
	memcpy(reply->data, &wire, sizeof(wire));
	reply->len = sizeof(wire);
	return do_access(vfu, &wire, true, (unsigned char *)request->payload + sizeof(wire));
}

static int single_write(struct vfu *vfu, const unsigned char *at)
{
	struct wire_region_access wire;
	struct wire_single_write single;
	int r;

	memcpy(&single, at, sizeof(single));
	if (single.count > sizeof(single.data))
		return -EINVAL;
	wire = (struct wire_region_access){
		.offset = single.offset,
		.region = single.region,
		.count = single.count,
	};
	r = check_access(vfu, &wire, true);
	return r ? r : do_access(vfu, &wire, true, single.data);
}

/*
 * The answer contains the number of completed writes, so an error is returned only if there are
 * none.
 */
int serve_write_multi(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	uint64_t count, done = 0;
	size_t body = request->len - sizeof(count);
	int r = 0;

	memcpy(&count, request->payload, sizeof(count));
	if (count > body / sizeof(struct wire_single_write))
		return -EINVAL;
	while (done < count && !r) {
		r = single_write(vfu, request->payload + sizeof(count) +
					      done * sizeof(struct wire_single_write));
		if (!r)
			done++;
	}
	memcpy(reply->data, &done, sizeof(done));
	reply->len = sizeof(done);
	return done ? 0 : r;
}

int vfu_pass_reset(struct vfu *vfu)
{
	return vfu->ops->reset ? vfu->ops->reset(vfu->device) : -EOPNOTSUPP;
}

int serve_reset(struct vfu *vfu, const struct request *request, struct reply *reply)
{
	(void)request;
	(void)reply;
	return vfu->hooks->reset ? vfu->hooks->reset(vfu->hook, vfu) : vfu_pass_reset(vfu);
}
