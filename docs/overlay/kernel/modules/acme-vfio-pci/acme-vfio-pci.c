// SPDX-License-Identifier: GPL-2.0-only
/*
 * acme-vfio-pci: the variant driver of docs/overlay.md.
 *
 * The card cannot be reset, so it still has the key of its last user when the next one opens it.
 * The driver clears the key. vfio-pci-core does everything else.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"

#define ACME_VENDOR	0x1234
#define ACME_DEVICE	0x7ef0
#define ACME_KEY	0x00	/* in BAR 0 */

struct acme_vfio {
	struct vfio_pci_core_device core;	/* must come first */
};

static struct acme_vfio *vdev_to_acme(struct vfio_device *vdev)
{
	return container_of(vdev, struct acme_vfio, core.vdev);
}

/* The core has enabled the device: it is in D0, and its memory is accessible. */
static int acme_vfio_clear_key(struct pci_dev *pdev)
{
	void __iomem *regs = pci_iomap(pdev, 0, 0);

	if (!regs)
		return -ENOMEM;
	writel(0, regs + ACME_KEY);
	pci_iounmap(pdev, regs);
	return 0;
}

static int acme_vfio_open_device(struct vfio_device *vdev)
{
	struct acme_vfio *acme = vdev_to_acme(vdev);
	int ret;

	ret = vfio_pci_core_enable(&acme->core);
	if (ret)
		return ret;
	ret = acme_vfio_clear_key(acme->core.pdev);
	if (ret) {
		vfio_pci_core_disable(&acme->core);
		return ret;
	}
	vfio_pci_core_finish_enable(&acme->core);
	return 0;
}

static const struct vfio_device_ops acme_vfio_ops = {
	.name		= "acme-vfio-pci",
	.open_device	= acme_vfio_open_device,
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

static int acme_vfio_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct acme_vfio *acme;
	int ret;

	acme = vfio_alloc_device(acme_vfio, core.vdev, &pdev->dev, &acme_vfio_ops);
	if (IS_ERR(acme))
		return PTR_ERR(acme);
	dev_set_drvdata(&pdev->dev, &acme->core);
	ret = vfio_pci_core_register_device(&acme->core);
	if (ret)
		vfio_put_device(&acme->core.vdev);
	return ret;
}

static void acme_vfio_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

static const struct pci_device_id acme_vfio_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(ACME_VENDOR, ACME_DEVICE) },
	{}
};
MODULE_DEVICE_TABLE(pci, acme_vfio_table);

static struct pci_driver acme_vfio_driver = {
	.name			= "acme-vfio-pci",
	.id_table		= acme_vfio_table,
	.probe			= acme_vfio_probe,
	.remove			= acme_vfio_remove,
	.err_handler		= &vfio_pci_core_err_handlers,
	COMPAT_DRIVER_FLAGS
};
module_pci_driver(acme_vfio_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI - Variant driver for the card of an overlay");
