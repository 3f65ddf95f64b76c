/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device files and iommufd, in mode cdev: include/uapi/linux/vfio.h, VFIO_DEVICE_BIND_IOMMUFD and
 * the following; include/uapi/linux/iommufd.h; Documentation/userspace-api/iommufd.rst.
 */
#ifndef SCENARIOS_LIB_VFIO_CDEV_H
#define SCENARIOS_LIB_VFIO_CDEV_H

#include "scenarios/lib/vfio/vfio.h"

#include <stdint.h>

/* Open /dev/iommu. Returns an fd or -errno. */
int iommufd_open(void);

/* Returns the name of the device's file in /dev/vfio/devices, or NULL. The caller frees it. */
char *cdev_name(const char *address);

/*
 * Open that file. Returns an fd, which gives no access yet, or -errno: -ENOENT if the device has no
 * such file.
 */
int cdev_open(const char *address);

/*
 * Open that file and an iommufd, for VFIO, which is closed; they are not bound. Returns 0, or
 * -errno with the failed step in vfio->step.
 */
int cdev_prepare(const char *address, struct vfio *vfio);

/* Newer than the headers that the lab is compiled with: 6.17, and 6.15. */
#define CDEV_BIND_TOKEN (1u << 0)
struct cdev_bind {
	struct vfio_device_bind_iommufd bind;
	uint64_t token_uuid_ptr;
};
#define CDEV_PASID (1u << 0) /* flag of attach and detach; the PASID follows the structure */

/*
 * Bind DEVICE, of cdev_open(), to IOMMUFD; this opens the device. TOKEN is a VF token or NULL.
 * Kernels before 6.17 take no token here and do not ask for one. *DEVID gets its ID in IOMMUFD.
 * Blocks: the kernel may reset the device.
 */
int cdev_bind(int device, int iommufd, const char *token, uint32_t *devid);

/*
 * The same with exactly these FLAGS and this UUID, of 16 bytes, which may be a bad pointer. Before
 * 6.17 any flag is refused with EINVAL.
 */
int cdev_bind_flags(int device, int iommufd, uint32_t flags, const void *uuid, uint32_t *devid);

/* Bind the device of VFIO to its iommufd, with the lab's own token for a VF that requires one. */
int cdev_bind_usual(const char *address, struct vfio *vfio);

/* Attach DEVICE, which is bound, to the IOAS or page table PT, or move it there. */
int cdev_attach(int device, uint32_t pt);

/* The same; *PT gets the ID of the page table that the device then uses. */
int cdev_attach_at(int device, uint32_t *pt);

/* Detach DEVICE from its address space: its DMA is blocked on return. */
int cdev_detach(int device);

/* Create an address space in IOMMUFD; *IOAS gets its ID. */
int ioas_alloc(int iommufd, uint32_t *ioas);

#endif
