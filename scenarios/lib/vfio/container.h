/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Groups and containers, in modes type1 and compat. For scenarios that need "container";
 * include/uapi/linux/vfio.h, VFIO_GROUP_* and VFIO_SET_IOMMU.
 */
#ifndef SCENARIOS_LIB_VFIO_CONTAINER_H
#define SCENARIOS_LIB_VFIO_CONTAINER_H

#include "scenarios/lib/vfio/vfio.h"

/*
 * Open a container: /dev/vfio/vfio or, in mode compat, the iommufd that serves as one. Returns an
 * fd or -errno.
 */
int vfio_open_container(enum mode mode);

/* vfio_open() with another type of IOMMU, such as VFIO_TYPE1_IOMMU. */
int vfio_open_iommu(enum mode mode, const char *address, unsigned long iommu, struct vfio *vfio);

/* vfio_open() with OPTIONS appended to the address, after a blank; NULL for none. */
int vfio_open_named(enum mode mode, const char *address, const char *options, struct vfio *vfio);

/*
 * Open the device of a GROUP that is in a container, with a VF token or NULL. Returns an fd or
 * -errno.
 */
int vfio_get_device(int group, const char *address, const char *token);

/*
 * Open /dev/vfio/GROUP of the device at ADDRESS, or /dev/vfio/noiommu-GROUP. Returns an fd or
 * -errno.
 */
int vfio_open_group(const char *address);

/*
 * Returns NULL if the group of the device at ADDRESS can be opened, or the kernel has no groups; or
 * a message. Nobody has it open afterwards.
 */
const char *check_group_opens(const char *address);

/* Returns the flags of VFIO_GROUP_GET_STATUS, or -errno. */
int vfio_group_flags(int group);

/*
 * Returns true before 5.19, where VFIO is notified of what drivers do to the devices of its groups.
 * Each notification keeps the group until a worker releases it.
 */
bool vfio_groups_notified(void);

/* Hot reset of DEVICE with COUNT group file descriptors. Returns 0 or -errno. Blocks. */
int vfio_hot_reset(int device, const int32_t *groups, unsigned int count);

#endif
