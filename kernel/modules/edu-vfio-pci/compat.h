/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver is written for the newest vfio-pci-core. This header adapts older versions, down to
 * the first; compat.kbuild detects the version.
 */
#ifndef EDU_VFIO_COMPAT_H
#define EDU_VFIO_COMPAT_H

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#ifdef HAVE_VFIO_ALLOC_DEVICE

#define COMPAT_LIFE_OPS						\
	.init		= vfio_pci_core_init_dev,		\
	.release	= vfio_pci_core_release_dev,

#else /* before 6.1 the driver allocates and frees its device itself */

#define COMPAT_LIFE_OPS

static inline struct vfio_device *
compat_alloc_device(size_t size, struct device *dev,
		    const struct vfio_device_ops *ops)
{
	struct vfio_pci_core_device *core = kzalloc(size, GFP_KERNEL);

	if (!core)
		return ERR_PTR(-ENOMEM);
	vfio_pci_core_init_device(core, to_pci_dev(dev), ops);
	return &core->vdev;
}

/* The vfio_device must be where the structure begins, as in later kernels. */
#define vfio_alloc_device(dev_struct, member, dev, ops)			\
	container_of(compat_alloc_device(sizeof(struct dev_struct) +	\
					 BUILD_BUG_ON_ZERO(offsetof(	\
						struct dev_struct, member)), \
					 dev, ops),			\
		     struct dev_struct, member)

static inline void vfio_put_device(struct vfio_device *vdev)
{
	struct vfio_pci_core_device *core =
		container_of(vdev, struct vfio_pci_core_device, vdev);

	vfio_pci_core_uninit_device(core);
	kfree(core);
}

#endif

#ifndef HAVE_CORE_REGISTER_DEV_REGION	/* before 6.1 */
#define vfio_pci_core_register_dev_region vfio_pci_register_dev_region
#endif

#ifdef HAVE_CORE_IOCTL_FEATURE		/* since 5.18; part of ioctl before */
#define COMPAT_FEATURE_OPS .device_feature = vfio_pci_core_ioctl_feature,
#else
#define COMPAT_FEATURE_OPS
#endif

#ifdef HAVE_CORE_MATCH_TOKEN_UUID	/* since 6.17; match is for groups alone */
#define COMPAT_TOKEN_OPS .match_token_uuid = vfio_pci_core_match_token_uuid,
#else
#define COMPAT_TOKEN_OPS
#endif

#ifdef HAVE_CORE_GET_REGION_INFO	/* since 6.19; part of ioctl before */
#define COMPAT_REGION_OPS .get_region_info_caps = vfio_pci_ioctl_get_region_info,
#else
#define COMPAT_REGION_OPS
#endif

#if defined(HAVE_IOMMUFD_DETACH)	/* since 6.6 */
#define COMPAT_IOMMUFD_OPS					\
	.bind_iommufd	= vfio_iommufd_physical_bind,		\
	.unbind_iommufd	= vfio_iommufd_physical_unbind,		\
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,	\
	.detach_ioas	= vfio_iommufd_physical_detach_ioas,
#elif defined(HAVE_IOMMUFD)		/* since 6.2 */
#define COMPAT_IOMMUFD_OPS					\
	.bind_iommufd	= vfio_iommufd_physical_bind,		\
	.unbind_iommufd	= vfio_iommufd_physical_unbind,		\
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,
#else
#define COMPAT_IOMMUFD_OPS
#endif

#ifdef HAVE_DRIVER_MANAGED_DMA		/* since 5.19; a group is not viable without */
#define COMPAT_DRIVER_FLAGS .driver_managed_dma = true,
#else
#define COMPAT_DRIVER_FLAGS
#endif

#ifndef HAVE_VM_FLAGS_CLEAR		/* before 6.3 */
static inline void vm_flags_clear(struct vm_area_struct *vma,
				  unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

static inline int compat_sriov_configure(struct vfio_pci_core_device *core,
					 int nr_virtfn)
{
#ifdef HAVE_SRIOV_CONFIGURE_CORE		/* since 5.19; of the PCI device before */
	return vfio_pci_core_sriov_configure(core, nr_virtfn);
#else
	return vfio_pci_core_sriov_configure(core->pdev, nr_virtfn);
#endif
}

#endif
