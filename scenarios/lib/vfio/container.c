// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/backend.h"
#include "scenarios/lib/vfio/sriov.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int vfio_open_container(enum mode mode)
{
	const int fd =
		open(mode == MODE_COMPAT ? "/dev/iommu" : "/dev/vfio/vfio", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Returns the group's number, or -ENOENT if there is none. */
static int group_number(const char *address)
{
	cleanup_free char *folder = vfio_device_folder(address);
	cleanup_free char *group = folder_link(folder, "iommu_group");

	return group ? atoi(group) : -ENOENT;
}

int vfio_open_group(const char *address)
{
	int number = group_number(address);
	cleanup_free char *path =
		text("/dev/vfio/%s%d", pci_group_is_noiommu(address) ? "noiommu-" : "", number);
	int fd;

	if (number < 0)
		return number;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

const char *check_group_opens(const char *address)
{
	cleanup_close int group = vfio_open_group(address);

	if (group >= 0 || group == -ENOENT)
		return NULL;
	return text("open of the group: %s", error_name(group));
}

int vfio_group_flags(int group)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	int err = vfio_ioctl(group, VFIO_GROUP_GET_STATUS, &status);

	return err ? err : (int)status.flags;
}

bool vfio_groups_notified(void)
{
	struct utsname kernel;
	unsigned int major = 0, minor = 0;

	return !uname(&kernel) && sscanf(kernel.release, "%u.%u", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 19));
}

static int get_named(int group, const char *address, const char *options)
{
	cleanup_free char *folder = vfio_device_folder(address);
	const char *device = strrchr(folder, '/') + 1;
	cleanup_free char *name = options ? text("%s %s", device, options) : text("%s", device);

	return vfio_ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
}

int vfio_get_device(int group, const char *address, const char *token)
{
	cleanup_free char *options = token ? text("vf_token=%s", token) : NULL;

	return get_named(group, address, options);
}

static int open_steps(const char *address, unsigned long iommu, const char *options,
		      struct vfio *vfio)
{
	int err;

	vfio->step = vfio->mode == MODE_COMPAT ? "open /dev/iommu" : "open /dev/vfio/vfio";
	vfio->container = vfio_open_container(vfio->mode);
	if (vfio->container < 0)
		return vfio->container;
	vfio->step = "open the group";
	vfio->group = vfio_open_group(address);
	if (vfio->group < 0)
		return vfio->group;
	vfio->step = "VFIO_GROUP_SET_CONTAINER";
	err = vfio_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container);
	if (err)
		return err;
	vfio->step = "VFIO_SET_IOMMU";
	err = vfio_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)iommu);
	if (err)
		return err;
	vfio->step = "VFIO_GROUP_GET_DEVICE_FD";
	vfio->device = get_named(vfio->group, address, options);
	return vfio->device < 0 ? vfio->device : 0;
}

static unsigned long usual_iommu(const char *address)
{
	return pci_group_is_noiommu(address) ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1v2_IOMMU;
}

static int open_all(enum mode mode, const char *address, unsigned long iommu, const char *options,
		    struct vfio *vfio)
{
	*vfio = VFIO_CLOSED;
	vfio->mode = mode;
	return vfio_undo_open(open_steps(address, iommu, options, vfio), vfio);
}

int vfio_open_named(enum mode mode, const char *address, const char *options, struct vfio *vfio)
{
	return open_all(mode, address, usual_iommu(address), options, vfio);
}

int vfio_open_iommu(enum mode mode, const char *address, unsigned long iommu, struct vfio *vfio)
{
	const char *token = sriov_token(address);
	cleanup_free char *options = token ? text("vf_token=%s", token) : NULL;

	return open_all(mode, address, iommu, options, vfio);
}

static int open_with(const char *address, const char *token, struct vfio *vfio)
{
	cleanup_free char *options = token ? text("vf_token=%s", token) : NULL;

	return open_steps(address, usual_iommu(address), options, vfio);
}

static int open_beside(const struct vfio *vfio, const char *address, const char *token)
{
	return vfio_get_device(vfio->group, address, token);
}

static int join_container(const struct vfio *vfio, const char *address, struct vfio *joined)
{
	int err;

	joined->step = "open the group";
	joined->group = vfio_open_group(address);
	if (joined->group < 0)
		return joined->group;
	joined->step = "VFIO_GROUP_SET_CONTAINER";
	joined->container = dup(vfio->container);
	err = vfio_ioctl(joined->group, VFIO_GROUP_SET_CONTAINER, &joined->container);
	if (err)
		return err;
	joined->step = "VFIO_GROUP_GET_DEVICE_FD";
	joined->device = vfio_get_device(joined->group, address, sriov_token(address));
	return joined->device < 0 ? joined->device : 0;
}

static int map(const struct vfio *vfio, const void *at, uint64_t iova, uint64_t size,
	       uint32_t flags)
{
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map),
					       .flags = flags,
					       .vaddr = (uintptr_t)at,
					       .iova = iova,
					       .size = size};

	return vfio_ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &map);
}

static int unmap(const struct vfio *vfio, uint64_t iova, uint64_t size, uint64_t *unmapped)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = size};
	int err = vfio_ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &unmap);

	*unmapped = err ? 0 : unmap.size;
	return err;
}

int vfio_hot_reset(int device, const int32_t *groups, unsigned int count)
{
	size_t size = sizeof(struct vfio_pci_hot_reset) + count * sizeof(*groups);
	cleanup_free struct vfio_pci_hot_reset *reset = zalloc(1, size);

	reset->argsz = (uint32_t)size;
	reset->count = count;
	if (count)
		memcpy(reset->group_fds, groups, count * sizeof(*groups));
	return vfio_ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, reset);
}

static int hot_reset(const struct vfio *vfio)
{
	return vfio_hot_reset(vfio->device, &vfio->group, 1);
}

const struct vfio_backend container_backend = {
	.open = open_with,
	.open_beside = open_beside,
	.join = join_container,
	.map = map,
	.unmap = unmap,
	.hot_reset = hot_reset,
};
