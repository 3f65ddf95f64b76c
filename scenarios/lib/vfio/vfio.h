/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opening a device through VFIO, in any mode (lab/base/mode.h). scenarios/lib/vfio/container.h and
 * cdev.h have the single steps.
 */
#ifndef SCENARIOS_LIB_VFIO_VFIO_H
#define SCENARIOS_LIB_VFIO_VFIO_H

#include "lab/base/mode.h"

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>

/* What a device's user has open. File descriptors are -1 if not open. */
struct vfio {
	enum mode mode;
	int container; /* modes type1 and compat, in which it is an iommufd */
	int group;     /* the same */
	int iommufd;   /* mode cdev */
	int device;
	uint32_t ioas;	  /* mode cdev: its address space */
	uint32_t devid;	  /* mode cdev: the device's ID in its iommufd */
	const char *step; /* the failed step of the last vfio_open() */
};

#define VFIO_CLOSED ((struct vfio){.container = -1, .group = -1, .iommufd = -1, .device = -1})

/* A mode that this kernel has, for a user whose mode does not matter. */
enum mode vfio_usual_mode(void);

/*
 * Open the device at ADDRESS in MODE, with an address space of its own: a container with the
 * type1v2 IOMMU (or without one if there is none), or an IOAS. Blocks: the kernel may reset the
 * device. Returns 0, or -errno with the failed step in vfio->step and nothing left open. A VF whose
 * PF is bound to vfio-pci is opened with the lab's own token (SRIOV_TOKEN).
 */
int vfio_open(enum mode mode, const char *address, struct vfio *vfio);

/* The same with TOKEN, the UUID that a VF, or the PF of VFs in use, requires; NULL for none. */
int vfio_open_with(enum mode mode, const char *address, const char *token, struct vfio *vfio);

/*
 * Open the device at ADDRESS in the address space of VFIO, which is open, and in its group if it
 * has one. TOKEN as above. Returns an fd or -errno. Blocks, as above.
 */
int vfio_open_beside(const struct vfio *vfio, const char *address, const char *token);

/* For backends: close VFIO, except for its step, if ERR is not 0. Returns ERR. */
int vfio_undo_open(int err, struct vfio *vfio);

/* Close everything, the device first. Blocks, as above. */
void vfio_close(struct vfio *vfio);

#define cleanup_vfio __attribute__((cleanup(vfio_close)))

/*
 * Returns the folder in sysfs of the device that VFIO serves for the function at ADDRESS: the
 * function itself, or the mediated device that its driver has created below it. Its name is the
 * device's name in VFIO. The caller frees it.
 */
char *vfio_device_folder(const char *address);

/*
 * Returns the number of regions that VFIO reports for the device at ADDRESS, or -errno. Opens the
 * device in MODE for that. Blocks.
 */
int vfio_count_regions(enum mode mode, const char *address);

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
