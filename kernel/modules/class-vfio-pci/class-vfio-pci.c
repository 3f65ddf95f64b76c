// SPDX-License-Identifier: GPL-2.0-only
/*
 * class-vfio-pci: serves any device of one class to VFIO, as vfio-pci would.
 *
 * The lab needs it as a second driver on vfio-pci-core, and for its only ID table entry, which has
 * a class but no IDs. It refuses devices that match any other ID, including the dummy ID of
 * driver_override.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"

struct class_vfio {
	struct vfio_pci_core_device core;	/* must come first */
};

static int class_vfio_open_device(struct vfio_device *vdev)
{
	struct vfio_pci_core_device *core =
		container_of(vdev, struct vfio_pci_core_device, vdev);
	int ret;

	ret = vfio_pci_core_enable(core);
	if (ret)
		return ret;
	vfio_pci_core_finish_enable(core);
	return 0;
}

static const struct vfio_device_ops class_vfio_ops = {
	.name		= "class-vfio-pci",
	.open_device	= class_vfio_open_device,
	.close_device	= vfio_pci_core_close_device,
	.ioctl		= vfio_pci_core_ioctl,
	.read		= vfio_pci_core_read,
	.write		= vfio_pci_core_write,
	.mmap		= vfio_pci_core_mmap,
	.request	= vfio_pci_core_request,
	.match		= vfio_pci_core_match,
	COMPAT_LIFE_OPS
	COMPAT_FEATURE_OPS
	COMPAT_TOKEN_OPS
	COMPAT_REGION_OPS
	COMPAT_IOMMUFD_OPS
};

/* driver_data of the class entry. */
#define CLASS_VFIO_IS_CLASS	1

static int class_vfio_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct class_vfio *class;
	int ret;

	if (id->driver_data != CLASS_VFIO_IS_CLASS)
		return -ENODEV;

	class = vfio_alloc_device(class_vfio, core.vdev, &pdev->dev,
				  &class_vfio_ops);
	if (IS_ERR(class))
		return PTR_ERR(class);
	dev_set_drvdata(&pdev->dev, &class->core);

	ret = vfio_pci_core_register_device(&class->core);
	if (ret)
		vfio_put_device(&class->core.vdev);
	return ret;
}

static void class_vfio_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

/* Base class 00h, subclass FFh: used by QEMU's edu and pci-testdev, and by no real device. */
static const struct pci_device_id class_vfio_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_ANY_ID, PCI_ANY_ID),
	  .class = PCI_CLASS_OTHERS << 8, .class_mask = 0xffff00,
	  .driver_data = CLASS_VFIO_IS_CLASS },
	{}
};
MODULE_DEVICE_TABLE(pci, class_vfio_table);

static struct pci_driver class_vfio_driver = {
	.name			= "class-vfio-pci",
	.id_table		= class_vfio_table,
	.probe			= class_vfio_probe,
	.remove			= class_vfio_remove,
	.err_handler		= &vfio_pci_core_err_handlers,
	COMPAT_DRIVER_FLAGS
};
module_pci_driver(class_vfio_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI - Variant driver for devices of one class");
