/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening a device through VFIO: container, group, device. */
#ifndef SCENARIOS_LIB_VFIO_VFIO_H
#define SCENARIOS_LIB_VFIO_VFIO_H

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>

/* The file descriptors of a device's user; -1 if not open. */
struct vfio {
	int container;
	int group;
	int device;
	const char *step; /* the failed step of the last vfio_open() */
};

#define VFIO_CLOSED ((struct vfio){.container = -1, .group = -1, .device = -1})

/*
 * Open the group of the device at ADDRESS, in a container of its own with the type1v2 IOMMU (or
 * without one if there is none), and the device. Blocks: the kernel may reset the device. Returns
 * 0, or -errno with the failed step in vfio->step and nothing left open. A VF whose PF is bound to
 * vfio-pci is opened with the lab's own token (SRIOV_TOKEN).
 */
int vfio_open(const char *address, struct vfio *vfio);

/* The same with TOKEN, the UUID that a VF, or the PF of VFs in use, requires; NULL for none. */
int vfio_open_with(const char *address, const char *token, struct vfio *vfio);

/* vfio_open() with another type of IOMMU, such as VFIO_TYPE1_IOMMU. */
int vfio_open_iommu(const char *address, unsigned long iommu, struct vfio *vfio);

/* vfio_open() with OPTIONS appended to the address, after a blank; NULL for none. */
int vfio_open_named(const char *address, const char *options, struct vfio *vfio);

/*
 * Open the device of a GROUP that is in a container, with a VF token or NULL. Returns an fd or
 * -errno.
 */
int vfio_get_device(int group, const char *address, const char *token);

/* Close everything, the device first. Blocks, as above. */
void vfio_close(struct vfio *vfio);

#define cleanup_vfio __attribute__((cleanup(vfio_close)))

/*
 * Open /dev/vfio/GROUP of the device at ADDRESS, or /dev/vfio/noiommu-GROUP. Returns an fd or
 * -errno.
 */
int vfio_open_group(const char *address);

/* Returns the flags of VFIO_GROUP_GET_STATUS, or -errno. */
int vfio_group_flags(int group);

/*
 * Returns the number of regions that VFIO reports for the device at ADDRESS, or -errno. Opens the
 * device for that. Blocks.
 */
int vfio_count_regions(const char *address);

/*
 * Returns NULL if there is a PCI driver DRIVER, based on vfio-pci-core, or the reason why not. The
 * caller frees it.
 */
char *vfio_driver_missing(const char *driver);

/*
 * Returns NULL if the device at ADDRESS is behind an IOMMU, or if the kernel has VFIO's no-IOMMU
 * mode; otherwise why VFIO cannot use it. The caller frees it.
 */
char *vfio_iommu_missing(const char *address);

/* Set the VF token of the open PF to UUID. Returns 0 or -errno. */
int vfio_set_token(const struct vfio *vfio, const unsigned char uuid[16]);

/* ioctl() that returns -errno rather than -1. */
int vfio_ioctl(int fd, unsigned long request, void *arg);

/*
 * Returns the capability at OFFSET of the answer INFO of SIZE bytes, or NULL if OFFSET is invalid.
 */
const struct vfio_info_cap_header *vfio_capability_at(const void *info, size_t size,
						      uint32_t offset);

/* Returns the capability after CAP; NULL at the end, or if the chain leads backwards. */
const struct vfio_info_cap_header *vfio_capability_next(const void *info, size_t size,
							const struct vfio_info_cap_header *cap);

#endif
