// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/vfio.h"

#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/vfio/backend.h"
#include "scenarios/lib/vfio/sriov.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int vfio_ioctl(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

const struct vfio_backend *vfio_backend(enum mode mode)
{
	return mode == MODE_CDEV ? &cdev_backend : &container_backend;
}

enum mode vfio_usual_mode(void)
{
	if (!access("/dev/vfio/vfio", F_OK))
		return MODE_TYPE1;
	return access("/dev/vfio/devices", F_OK) ? MODE_COMPAT : MODE_CDEV;
}

int vfio_undo_open(int err, struct vfio *vfio)
{
	const char *step = vfio->step;

	if (err)
		vfio_close(vfio);
	vfio->step = step;
	return err;
}

int vfio_open_with(enum mode mode, const char *address, const char *token, struct vfio *vfio)
{
	*vfio = VFIO_CLOSED;
	vfio->mode = mode;
	return vfio_undo_open(vfio_backend(mode)->open(address, token, vfio), vfio);
}

int vfio_open(enum mode mode, const char *address, struct vfio *vfio)
{
	return vfio_open_with(mode, address, sriov_token(address), vfio);
}

int vfio_open_beside(const struct vfio *vfio, const char *address, const char *token)
{
	return vfio_backend(vfio->mode)->open_beside(vfio, address, token);
}

char *vfio_device_folder(const char *address)
{
	cleanup_free char *mediated = text("/sys/bus/pci/devices/%s/mediated-%s", address, address);

	if (!access(mediated, F_OK))
		return steal(mediated);
	return text("/sys/bus/pci/devices/%s", address);
}

int vfio_count_regions(enum mode mode, const char *address)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct vfio_device_info info = {.argsz = sizeof(info)};
	int err = vfio_open(mode, address, &vfio);

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
	const int fds[] = {vfio->device, vfio->group, vfio->container, vfio->iommufd};

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
