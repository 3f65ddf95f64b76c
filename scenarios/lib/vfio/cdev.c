// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/cdev.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/vfio/backend.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/sriov.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <stdio.h>
#include <string.h>

static int open_file(const char *path)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int iommufd_open(void)
{
	return open_file("/dev/iommu");
}

/* "vfioN", or "noiommu-vfioN" without an IOMMU. */
char *cdev_name(const char *address)
{
	cleanup_free char *device = vfio_device_folder(address);
	cleanup_free char *folder = text("%s/vfio-dev", device);
	cleanup_list struct list names = {0};

	folder_names(folder, &names);
	return names.count ? text("%s", names.items[0]) : NULL;
}

int cdev_open(const char *address)
{
	cleanup_free char *name = cdev_name(address);
	cleanup_free char *path = name ? text("/dev/vfio/devices/%s", name) : NULL;

	return path ? open_file(path) : -ENOENT;
}

int cdev_prepare(const char *address, struct vfio *vfio)
{
	vfio->mode = MODE_CDEV;
	vfio->step = "open /dev/iommu";
	vfio->iommufd = iommufd_open();
	if (vfio->iommufd < 0)
		return vfio->iommufd;
	vfio->step = "open /dev/vfio/devices/vfioN";
	vfio->device = cdev_open(address);
	return vfio->device < 0 ? vfio->device : 0;
}

/* The bytes of TOKEN, a UUID, in their order there. */
static int parse_uuid(const char *token, unsigned char uuid[16])
{
	for (unsigned int i = 0; i < 16; i++) {
		token += *token == '-';
		if (sscanf(token, "%2hhx", &uuid[i]) != 1)
			return -EINVAL;
		token += 2;
	}
	return *token ? -EINVAL : 0;
}

int cdev_bind_flags(int device, int iommufd, uint32_t flags, const void *uuid, uint32_t *devid)
{
	struct cdev_bind with = {
		.bind = {.argsz = sizeof(with), .flags = flags, .iommufd = iommufd},
		.token_uuid_ptr = (uintptr_t)uuid,
	};
	int err = vfio_ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, &with);

	*devid = with.bind.out_devid;
	return err;
}

/*
 * Before 6.17 an unknown flag is refused with EINVAL before anything else is looked at. Later
 * kernels ask for the token if it is missing, so the refusal had another reason.
 */
int cdev_bind(int device, int iommufd, const char *token, uint32_t *devid)
{
	struct vfio_device_bind_iommufd bind = {.argsz = sizeof(bind), .iommufd = iommufd};
	unsigned char uuid[16];
	int err = token ? parse_uuid(token, uuid) : -EINVAL;

	if (!err)
		err = cdev_bind_flags(device, iommufd, CDEV_BIND_TOKEN, uuid, devid);
	if (err != -EINVAL)
		return err;
	err = vfio_ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, &bind);
	*devid = bind.out_devid;
	return token && err == -EACCES ? -EINVAL : err;
}

int cdev_bind_usual(const char *address, struct vfio *vfio)
{
	return cdev_bind(vfio->device, vfio->iommufd, sriov_token(address), &vfio->devid);
}

int cdev_attach_at(int device, uint32_t *pt)
{
	struct vfio_device_attach_iommufd_pt attach = {.argsz = sizeof(attach), .pt_id = *pt};
	int err = vfio_ioctl(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach);

	*pt = attach.pt_id;
	return err;
}

int cdev_attach(int device, uint32_t pt)
{
	return cdev_attach_at(device, &pt);
}

int cdev_detach(int device)
{
	struct vfio_device_detach_iommufd_pt detach = {.argsz = sizeof(detach)};

	return vfio_ioctl(device, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach);
}

int ioas_alloc(int iommufd, uint32_t *ioas)
{
	struct iommu_ioas_alloc alloc = {.size = sizeof(alloc)};
	int err = vfio_ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc);

	*ioas = alloc.out_ioas_id;
	return err;
}

static int open_with(const char *address, const char *token, struct vfio *vfio)
{
	int err = cdev_prepare(address, vfio);

	if (err)
		return err;
	vfio->step = "VFIO_DEVICE_BIND_IOMMUFD";
	err = cdev_bind(vfio->device, vfio->iommufd, token, &vfio->devid);
	if (err)
		return err;
	vfio->step = "IOMMU_IOAS_ALLOC";
	err = ioas_alloc(vfio->iommufd, &vfio->ioas);
	if (err)
		return err;
	vfio->step = "VFIO_DEVICE_ATTACH_IOMMUFD_PT";
	return cdev_attach(vfio->device, vfio->ioas);
}

static int open_beside(const struct vfio *vfio, const char *address, const char *token)
{
	int device = cdev_open(address), err;
	uint32_t devid;

	if (device < 0)
		return device;
	err = cdev_bind(device, vfio->iommufd, token, &devid);
	if (!err)
		err = cdev_attach(device, vfio->ioas);
	if (!err)
		return device;
	close(device);
	return err;
}

static int join_ioas(const struct vfio *vfio, const char *address, struct vfio *joined)
{
	int err;

	joined->step = "open /dev/vfio/devices/vfioN";
	joined->device = cdev_open(address);
	if (joined->device < 0)
		return joined->device;
	joined->step = "VFIO_DEVICE_BIND_IOMMUFD";
	joined->iommufd = dup(vfio->iommufd);
	err = cdev_bind(joined->device, joined->iommufd, sriov_token(address), &joined->devid);
	if (err)
		return err;
	joined->step = "VFIO_DEVICE_ATTACH_IOMMUFD_PT";
	joined->ioas = vfio->ioas;
	return cdev_attach(joined->device, joined->ioas);
}

static int map(const struct vfio *vfio, const void *at, uint64_t iova, uint64_t size,
	       uint32_t flags)
{
	struct iommu_ioas_map map = {.size = sizeof(map),
				     .flags = IOMMU_IOAS_MAP_FIXED_IOVA,
				     .ioas_id = vfio->ioas,
				     .user_va = (uintptr_t)at,
				     .length = size,
				     .iova = iova};

	if (flags & VFIO_DMA_MAP_FLAG_READ)
		map.flags |= IOMMU_IOAS_MAP_READABLE;
	if (flags & VFIO_DMA_MAP_FLAG_WRITE)
		map.flags |= IOMMU_IOAS_MAP_WRITEABLE;
	return vfio_ioctl(vfio->iommufd, IOMMU_IOAS_MAP, &map);
}

static int unmap(const struct vfio *vfio, uint64_t iova, uint64_t size, uint64_t *unmapped)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = vfio->ioas, .iova = iova, .length = size};
	int err = vfio_ioctl(vfio->iommufd, IOMMU_IOAS_UNMAP, &unmap);

	*unmapped = err ? 0 : unmap.length;
	return err;
}

/* An empty list of groups: all devices of the set must belong to the caller's iommufd. */
static int hot_reset(const struct vfio *vfio)
{
	return vfio_hot_reset(vfio->device, NULL, 0);
}

const struct vfio_backend cdev_backend = {
	.open = open_with,
	.open_beside = open_beside,
	.join = join_ioas,
	.map = map,
	.unmap = unmap,
	.hot_reset = hot_reset,
};
