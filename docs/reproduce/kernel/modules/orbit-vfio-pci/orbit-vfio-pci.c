// SPDX-License-Identifier: GPL-2.0-only
/*
 * orbit-vfio-pci: the variant driver of docs/reproduce.md, with a bug.
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

#define ORBIT_VENDOR	0x1234
#define ORBIT_DEVICE	0x7ee0
#define ORBIT_KEY	0x00	/* in BAR 0 */

struct orbit_vfio {
	struct vfio_pci_core_device core;	/* must come first */
};

static struct orbit_vfio *vdev_to_orbit(struct vfio_device *vdev)
{
	return container_of(vdev, struct orbit_vfio, core.vdev);
}

/*
 * The bug: the core has enabled the device, but does not promise that its memory is on. As long as
 * it happens to be on, this works.
 */
static int orbit_vfio_clear_key(struct pci_dev *pdev)
{
	void __iomem *regs = pci_iomap(pdev, 0, 0);

	if (!regs)
		return -ENOMEM;
	writel(0, regs + ORBIT_KEY);
	pci_iounmap(pdev, regs);
	return 0;
}

static int orbit_vfio_open_device(struct vfio_device *vdev)
{
	struct orbit_vfio *orbit = vdev_to_orbit(vdev);
	int ret;

	ret = vfio_pci_core_enable(&orbit->core);
	if (ret)
		return ret;
	ret = orbit_vfio_clear_key(orbit->core.pdev);
	if (ret) {
		vfio_pci_core_disable(&orbit->core);
		return ret;
	}
	vfio_pci_core_finish_enable(&orbit->core);
	return 0;
}

static const struct vfio_device_ops orbit_vfio_ops = {
	.name		= "orbit-vfio-pci",
	.open_device	= orbit_vfio_open_device,
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

static int orbit_vfio_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct orbit_vfio *orbit;
	int ret;

	orbit = vfio_alloc_device(orbit_vfio, core.vdev, &pdev->dev, &orbit_vfio_ops);
	if (IS_ERR(orbit))
		return PTR_ERR(orbit);
	dev_set_drvdata(&pdev->dev, &orbit->core);
	ret = vfio_pci_core_register_device(&orbit->core);
	if (ret)
		vfio_put_device(&orbit->core.vdev);
	return ret;
}

static void orbit_vfio_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

static const struct pci_device_id orbit_vfio_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(ORBIT_VENDOR, ORBIT_DEVICE) },
	{}
};
MODULE_DEVICE_TABLE(pci, orbit_vfio_table);

static struct pci_driver orbit_vfio_driver = {
	.name			= "orbit-vfio-pci",
	.id_table		= orbit_vfio_table,
	.probe			= orbit_vfio_probe,
	.remove			= orbit_vfio_remove,
	.err_handler		= &vfio_pci_core_err_handlers,
	COMPAT_DRIVER_FLAGS
};
module_pci_driver(orbit_vfio_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI - Variant driver for the card of docs/reproduce.md");
