// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/vfio.h"

#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/vfio/sriov.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>

int vfio_ioctl(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

int vfio_open_group(const char *address)
{
	int number = pci_group(address);
	cleanup_free char *path =
		text("/dev/vfio/%s%d", pci_group_is_noiommu(address) ? "noiommu-" : "", number);
	int fd;

	if (number < 0)
		return number;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int vfio_group_flags(int group)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	int err = vfio_ioctl(group, VFIO_GROUP_GET_STATUS, &status);

	return err ? err : (int)status.flags;
}

static int get_named(int group, const char *address, const char *options)
{
	cleanup_free char *name = options ? text("%s %s", address, options) : text("%s", address);

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

	vfio->step = "open /dev/vfio/vfio";
	vfio->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (vfio->container < 0)
		return -errno;
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

static void close_keeping_step(struct vfio *vfio)
{
	const char *step = vfio->step;

	vfio_close(vfio);
	vfio->step = step;
}

static int open_all(const char *address, unsigned long iommu, const char *options,
		    struct vfio *vfio)
{
	int err;

	*vfio = VFIO_CLOSED;
	err = open_steps(address, iommu, options, vfio);
	if (err)
		close_keeping_step(vfio);
	return err;
}

int vfio_open_named(const char *address, const char *options, struct vfio *vfio)
{
	return open_all(address,
			pci_group_is_noiommu(address) ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1v2_IOMMU,
			options, vfio);
}

int vfio_open_with(const char *address, const char *token, struct vfio *vfio)
{
	cleanup_free char *options = token ? text("vf_token=%s", token) : NULL;

	return vfio_open_named(address, options, vfio);
}

int vfio_open_iommu(const char *address, unsigned long iommu, struct vfio *vfio)
{
	const char *token = sriov_token(address);
	cleanup_free char *options = token ? text("vf_token=%s", token) : NULL;

	return open_all(address, iommu, options, vfio);
}

int vfio_open(const char *address, struct vfio *vfio)
{
	return vfio_open_with(address, sriov_token(address), vfio);
}

int vfio_count_regions(const char *address)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct vfio_device_info info = {.argsz = sizeof(info)};
	int err = vfio_open(address, &vfio);

	if (!err)
		err = vfio_ioctl(vfio.device, VFIO_DEVICE_GET_INFO, &info);
	return err < 0 ? err : (int)info.num_regions;
}

char *vfio_driver_missing(const char *driver)
{
	if (pci_driver_exists(driver))
		return NULL;
	if (access("/sys/module/vfio_pci_core", F_OK))
		return text("the kernel lacks vfio_pci_core");
	return text("the kernel lacks %s", driver);
}

char *vfio_iommu_missing(const char *address)
{
	if (pci_has(address, "iommu_group") ||
	    !access("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", F_OK))
		return NULL;
	return text("the kernel lacks VFIO_NOIOMMU");
}

int vfio_set_token(const struct vfio *vfio, const unsigned char uuid[16])
{
	struct {
		struct vfio_device_feature feature;
		unsigned char uuid[16];
	} set = {.feature = {.argsz = sizeof(set),
			     .flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_PCI_VF_TOKEN}};

	memcpy(set.uuid, uuid, sizeof(set.uuid));
	return vfio_ioctl(vfio->device, VFIO_DEVICE_FEATURE, &set);
}

void vfio_close(struct vfio *vfio)
{
	const int fds[] = {vfio->device, vfio->group, vfio->container};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	*vfio = VFIO_CLOSED;
}

const struct vfio_info_cap_header *vfio_capability_at(const void *info, size_t size,
						      uint32_t offset)
{
	if (!offset || offset + sizeof(struct vfio_info_cap_header) > size)
		return NULL;
	return (const void *)((const char *)info + offset);
}

const struct vfio_info_cap_header *vfio_capability_next(const void *info, size_t size,
							const struct vfio_info_cap_header *cap)
{
	ptrdiff_t offset = (const char *)cap - (const char *)info;

	return cap->next > offset ? vfio_capability_at(info, size, cap->next) : NULL;
}
