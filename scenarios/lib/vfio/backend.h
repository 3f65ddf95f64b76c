/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the modes (lab/base/mode.h): how a device is opened, how memory is mapped
 * for it, and how its user proves to own the devices of a hot reset. Scenarios call this through
 * scenarios/lib/vfio/{vfio,iommu,dma-memory,hot-reset}.h and do not know the mode.
 *
 * All functions return 0 or -errno, unless noted otherwise. Error codes for invalid requests are
 * those of the kernel and differ between the modes.
 */
#ifndef SCENARIOS_LIB_VFIO_BACKEND_H
#define SCENARIOS_LIB_VFIO_BACKEND_H

#include "scenarios/lib/vfio/vfio.h"

#include <stddef.h>
#include <stdint.h>

struct vfio_backend {
	/*
	 * Open the device at ADDRESS with an address space of its own, in which nothing is mapped.
	 * TOKEN is the VF token or NULL. VFIO is VFIO_CLOSED, with its mode set. On an error the
	 * failed step is in vfio->step, and the caller closes what is open.
	 */
	int (*open)(const char *address, const char *token, struct vfio *vfio);

	/*
	 * Open the device at ADDRESS, another or the same, in the address space of VFIO, which is
	 * open. Returns an fd or -errno.
	 */
	int (*open_beside)(const struct vfio *vfio, const char *address, const char *token);

	/*
	 * Open the device at ADDRESS, which is of another group, in the address space of VFIO.
	 * JOINED is VFIO_CLOSED, with its mode set. It has files of its own; the caller closes
	 * them, also after an error.
	 */
	int (*join)(const struct vfio *vfio, const char *address, struct vfio *joined);

	/*
	 * Map SIZE bytes of memory AT at exactly IOVA. FLAGS are those of VFIO_IOMMU_MAP_DMA. The
	 * memory is pinned and the device can use it on return.
	 */
	int (*map)(const struct vfio *vfio, const void *at, uint64_t iova, uint64_t size,
		   uint32_t flags);

	/*
	 * Unmap all mappings in the range; *UNMAPPED gets the number of their bytes. A range that
	 * ends inside a mapping is refused. Devices cannot use the memory any more on return.
	 */
	int (*unmap)(const struct vfio *vfio, uint64_t iova, uint64_t size, uint64_t *unmapped);

	/* Hot reset of the device, whose whole set VFIO owns. Blocks, 100 ms and more. */
	int (*hot_reset)(const struct vfio *vfio);
};

/* The backend of MODE. */
const struct vfio_backend *vfio_backend(enum mode mode);

extern const struct vfio_backend container_backend; /* of modes type1 and compat */
extern const struct vfio_backend cdev_backend;

#endif
