/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening a device through VFIO: container, group, device. */
#ifndef SCENARIOS_LIB_VFIO_VFIO_H
#define SCENARIOS_LIB_VFIO_VFIO_H

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>

/* What a user of one device holds; -1 where not open. */
struct vfio {
	int container;
	int group;
	int device;
	const char *step; /* of the last vfio_open(): the one that failed */
};

#define VFIO_CLOSED ((struct vfio){.container = -1, .group = -1, .device = -1})

/*
 * Open the group of the device at ADDRESS, in a container of its own with the
 * type1v2 IOMMU, or without one where there is none, and the device. Blocks: the kernel may reset
 * the device. 0 or
 * -errno, then vfio->step names the step that failed and nothing is left open. A VF whose PF is
 * bound to vfio-pci is opened with the lab's own token (SRIOV_TOKEN).
 */
int vfio_open(const char *address, struct vfio *vfio);

/*
 * The same with the VF token TOKEN, a UUID as text, that a VF, or the PF of VFs in use, is opened
 * with; NULL for none.
 */
int vfio_open_with(const char *address, const char *token, struct vfio *vfio);

/* vfio_open() with another kind of IOMMU: VFIO_TYPE1_IOMMU, say. */
int vfio_open_iommu(const char *address, unsigned long iommu, struct vfio *vfio);

/* vfio_open() with OPTIONS as they are, behind the address and a blank; NULL for none. */
int vfio_open_named(const char *address, const char *options, struct vfio *vfio);

/* Open the device of a GROUP that is in a container, with a VF token or NULL. An fd or -errno. */
int vfio_get_device(int group, const char *address, const char *token);

/* Close what is open, device first. Blocks, as above. */
void vfio_close(struct vfio *vfio);

#define cleanup_vfio __attribute__((cleanup(vfio_close)))

/* Open /dev/vfio/GROUP of the device at ADDRESS, or /dev/vfio/noiommu-GROUP. An fd or -errno. */
int vfio_open_group(const char *address);

/* The flags of VFIO_GROUP_GET_STATUS, or -errno. */
int vfio_group_flags(int group);

/*
 * How many regions VFIO shows of the device at ADDRESS, which is opened for that; -errno if it
 * cannot be. Blocks.
 */
int vfio_count_regions(const char *address);

/*
 * NULL where the PCI driver DRIVER, which stands on vfio-pci-core, is there, else why not. The
 * caller frees it.
 */
char *vfio_driver_missing(const char *driver);

/*
 * Why VFIO cannot have the device at ADDRESS, which is not behind an IOMMU: NULL where it is, or
 * where the kernel has VFIO's no-IOMMU mode. The caller frees it.
 */
char *vfio_iommu_missing(const char *address);

/* Make UUID the VF token of the open PF. 0 or -errno. */
int vfio_set_token(const struct vfio *vfio, const unsigned char uuid[16]);

/* An ioctl that returns -errno rather than -1. */
int vfio_ioctl(int fd, unsigned long request, void *arg);

/* The capability at OFFSET of the answer INFO of SIZE bytes; NULL where none can be there. */
const struct vfio_info_cap_header *vfio_capability_at(const void *info, size_t size,
						      uint32_t offset);

/* The one that follows CAP; NULL at the end, and where the chain does not go forward. */
const struct vfio_info_cap_header *vfio_capability_next(const void *info, size_t size,
							const struct vfio_info_cap_header *cap);

#endif
