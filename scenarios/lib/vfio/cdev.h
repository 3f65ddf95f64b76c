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

/*
 * Open /dev/vfio/devices/vfioN of the device at ADDRESS. Returns an fd, which gives no access yet,
 * or -errno: -ENOENT if the device has no such file.
 */
int cdev_open(const char *address);

/*
 * Bind DEVICE, of cdev_open(), to IOMMUFD; this opens the device. TOKEN is a VF token or NULL.
 * Kernels before 6.17 take no token here and do not ask for one. *DEVID gets its ID in IOMMUFD.
 * Blocks: the kernel may reset the device.
 */
int cdev_bind(int device, int iommufd, const char *token, uint32_t *devid);

/* Create an address space in IOMMUFD; *IOAS gets its ID. */
int ioas_alloc(int iommufd, uint32_t *ioas);

/* Attach DEVICE, which is bound, to IOAS, also the ID of a page table, or move it there. */
int cdev_attach(int device, uint32_t ioas);

/* Detach it: its DMA is blocked on return. */
int cdev_detach(int device);

#endif
