/* SPDX-License-Identifier: GPL-2.0-only */
/* What kernels before the newest lack for migration; Kbuild detects it. */
#ifndef VENDOR_VFIO_COMPAT_MIGRATION_H
#define VENDOR_VFIO_COMPAT_MIGRATION_H

#include <linux/uaccess.h>
#include <linux/vfio.h>

#if __has_include(<linux/unaligned.h>)	/* since 6.12 */
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#ifndef VFIO_PRECOPY_INFO_REINIT	/* before 7.1; a user without version 2 does not get it */
#define VFIO_PRECOPY_INFO_REINIT	(1 << 0)
#endif

static inline bool compat_precopy_v2(const struct vfio_device *vdev)
{
#ifdef HAVE_PRECOPY_INFO_V2		/* since 7.1 */
	return vdev->precopy_info_v2;
#else
	return false;
#endif
}

#ifndef HAVE_CHECK_PRECOPY_IOCTL	/* before 7.1 */
static inline int vfio_check_precopy_ioctl(struct vfio_device *vdev, unsigned int cmd,
					   unsigned long arg, struct vfio_precopy_info *info)
{
	const size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(info, (void __user *)arg, minsz))
		return -EFAULT;
	return info->argsz < minsz ? -EINVAL : 0;
}
#endif

#ifdef HAVE_QUOTED_NS			/* since 6.13 */
#define COMPAT_IMPORT_IOMMUFD	MODULE_IMPORT_NS("IOMMUFD")
#else
#define COMPAT_IMPORT_IOMMUFD	MODULE_IMPORT_NS(IOMMUFD)
#endif

#endif
