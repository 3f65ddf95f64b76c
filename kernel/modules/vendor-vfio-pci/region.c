// SPDX-License-Identifier: GPL-2.0-only
/*
 * vendor-vfio-pci: the core's operations, without the BAR that the user does not get: it would let
 * the user stop the device behind the driver's back.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "vendor-vfio-pci.h"

static bool vendor_is_hidden(u64 offset)
{
	return VFIO_PCI_OFFSET_TO_INDEX(offset) == VENDOR_CONTROL_BAR;
}

ssize_t vendor_region_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *pos)
{
	return vendor_is_hidden(*pos) ? -EINVAL : vfio_pci_core_read(vdev, buf, count, pos);
}

ssize_t vendor_region_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			    loff_t *pos)
{
	return vendor_is_hidden(*pos) ? -EINVAL : vfio_pci_core_write(vdev, buf, count, pos);
}

int vendor_region_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	if (vendor_is_hidden((u64)vma->vm_pgoff << PAGE_SHIFT))
		return -EINVAL;
	return vfio_pci_core_mmap(vdev, vma);
}

/* As for a BAR that the device does not have. */
static void vendor_fill_hidden(struct vfio_region_info *info)
{
	info->offset = VFIO_PCI_INDEX_TO_OFFSET(info->index);
	info->size = 0;
	info->flags = 0;
}

#ifdef HAVE_CORE_GET_REGION_INFO

int vendor_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
		       struct vfio_info_cap *caps)
{
	if (info->index != VENDOR_CONTROL_BAR)
		return vfio_pci_ioctl_get_region_info(vdev, info, caps);
	vendor_fill_hidden(info);
	return 0;
}

#else /* part of ioctl before 6.19 */

static long vendor_region_info(struct vfio_device *vdev, unsigned long arg)
{
	const size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	if (info.index != VENDOR_CONTROL_BAR)
		return vfio_pci_core_ioctl(vdev, VFIO_DEVICE_GET_REGION_INFO, arg);
	vendor_fill_hidden(&info);
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

#endif

static long vendor_ioeventfd(struct vfio_device *vdev, unsigned long arg)
{
	struct vfio_device_ioeventfd ioeventfd;

	if (copy_from_user(&ioeventfd, (void __user *)arg, offsetofend(typeof(ioeventfd), fd)))
		return -EFAULT;
	if (vendor_is_hidden(ioeventfd.offset))
		return -EINVAL;
	return vfio_pci_core_ioctl(vdev, VFIO_DEVICE_IOEVENTFD, arg);
}

long vendor_region_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case VFIO_DEVICE_IOEVENTFD:
		return vendor_ioeventfd(vdev, arg);
#ifndef HAVE_CORE_GET_REGION_INFO
	case VFIO_DEVICE_GET_REGION_INFO:
		return vendor_region_info(vdev, arg);
#endif
	default:
		return vfio_pci_core_ioctl(vdev, cmd, arg);
	}
}

#ifdef HAVE_CORE_DEVICE_OPS		/* since 6.19: BARs as dma-buf */

static int vendor_get_dmabuf_phys(struct vfio_pci_core_device *core,
				  struct p2pdma_provider **provider, unsigned int region,
				  struct phys_vec *phys_vec,
				  struct vfio_region_dma_range *dma_ranges, size_t nr_ranges)
{
	if (region == VENDOR_CONTROL_BAR)
		return -EINVAL;
	return vfio_pci_core_get_dmabuf_phys(core, provider, region, phys_vec, dma_ranges,
					     nr_ranges);
}

const struct vfio_pci_device_ops vendor_pci_ops = {
	.get_dmabuf_phys	= vendor_get_dmabuf_phys,
};

#endif
