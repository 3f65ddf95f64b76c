// SPDX-License-Identifier: GPL-2.0-only
/*
 * mediated-testdev: a mediated VFIO device on the lab's model `testdev'.
 *
 * vfio-pci gives a device to its user: an IOMMU translates its DMA. Here the driver keeps it and
 * emulates one for the user, as i915's GVT, vfio-ap and vfio-ccw do. So no IOMMU knows the user's
 * IOVAs. The driver asks VFIO for the pages behind them, and releases them when VFIO
 * unmaps the IOVAs.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "mediated.h"
#include "testdev-regs.h"

int mediated_reset(struct mediated *mediated)
{
	mediated_unpin_all(mediated);
	mediated->from = 0;
	mediated->to = 0;
	mediated->len = 0;
	mediated->result = 0;
	mediated_config_init(mediated);
	return pci_try_reset_function(mediated->pdev);
}

static int mediated_enable(struct mediated *mediated)
{
	struct pci_dev *pdev = mediated->pdev;
	int ret;

	pci_read_config_word(pdev, PCI_COMMAND, &mediated->command);
	ret = pci_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	mediated->regs = pci_iomap(pdev, 0, 0);
	if (mediated->regs)
		return 0;
	pci_disable_device(pdev);
	return -ENOMEM;
}

static int mediated_open_device(struct vfio_device *vdev)
{
	struct mediated *mediated = vdev_to_mediated(vdev);
	int ret = mediated_enable(mediated);

	if (ret)
		return ret;
	mutex_lock(&mediated->lock);
	mediated->from = 0;
	mediated->to = 0;
	mediated->len = 0;
	mediated->result = 0;
	mediated->unmaps = 0;
	mediated->released = 0;
	mediated_config_init(mediated);
	mutex_unlock(&mediated->lock);
	complete_all(&mediated->idle);
	return 0;
}

static void mediated_close_device(struct vfio_device *vdev)
{
	struct mediated *mediated = vdev_to_mediated(vdev);

	complete_all(&mediated->idle);
	mutex_lock(&mediated->lock);
	mediated_unpin_all(mediated);
	mutex_unlock(&mediated->lock);
	pci_iounmap(mediated->pdev, mediated->regs);
	pci_disable_device(mediated->pdev);
	pci_write_config_word(mediated->pdev, PCI_COMMAND, mediated->command);
}

static int mediated_init_device(struct vfio_device *vdev)
{
	struct mediated *mediated = vdev_to_mediated(vdev);

	mutex_init(&mediated->lock);
	INIT_LIST_HEAD(&mediated->pins);
	init_completion(&mediated->idle);
	mediated->pdev = to_pci_dev(vdev->dev->parent);
	return 0;
}

static void mediated_release_device(struct vfio_device *vdev)
{
	mutex_destroy(&vdev_to_mediated(vdev)->lock);
#ifdef HAVE_FREE_DEVICE			/* before 6.2 */
	vfio_free_device(vdev);
#endif
}

static const struct vfio_device_ops mediated_ops = {
	.name		= "mediated-testdev",
	.init		= mediated_init_device,
	.release	= mediated_release_device,
	.open_device	= mediated_open_device,
	.close_device	= mediated_close_device,
	.read		= mediated_read,
	.write		= mediated_write,
	.ioctl		= mediated_ioctl,
	.dma_unmap	= mediated_dma_unmap,
#ifdef HAVE_CORE_GET_REGION_INFO	/* since 6.19; part of ioctl before */
	.get_region_info_caps = mediated_region_info,
#endif
#ifdef HAVE_IOMMUFD			/* since 6.2 */
	.bind_iommufd	= vfio_iommufd_emulated_bind,
	.unbind_iommufd	= vfio_iommufd_emulated_unbind,
	.attach_ioas	= vfio_iommufd_emulated_attach_ioas,
#endif
#ifdef HAVE_IOMMUFD_DETACH		/* since 6.6 */
	.detach_ioas	= vfio_iommufd_emulated_detach_ioas,
#endif
};

/* The user's device: VFIO needs one with a driver of its own, as mediated devices have. */

static int mediated_probe(struct device *dev)
{
	struct mediated *mediated = vfio_alloc_device(mediated, vdev, dev, &mediated_ops);
	int ret;

	if (IS_ERR(mediated))
		return PTR_ERR(mediated);
	dev_set_drvdata(dev, mediated);
	ret = vfio_register_emulated_iommu_dev(&mediated->vdev);
	if (ret)
		vfio_put_device(&mediated->vdev);
	return ret;
}

static int mediated_remove(struct device *dev)
{
	struct mediated *mediated = dev_get_drvdata(dev);

	vfio_unregister_group_dev(&mediated->vdev);
	vfio_put_device(&mediated->vdev);
	return 0;
}

static struct bus_type mediated_bus = {
	.name	= "mediated-testdev",
};

static struct device_driver mediated_driver = {
	.name	= "mediated-testdev",
	.bus	= &mediated_bus,
	.owner	= THIS_MODULE,
	.probe	= mediated_probe,
	.remove	= mediated_remove,
};

static void mediated_free(struct device *dev)
{
	kfree(dev);
}

/* It is a child of the function, because VFIO gives it a group, and the function has one. */
static int mediated_add(struct pci_dev *pdev)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret;

	if (!dev)
		return -ENOMEM;
	device_initialize(dev);
	dev->parent = &pdev->dev;
	dev->bus = &mediated_bus;
	dev->release = mediated_free;
	ret = dev_set_name(dev, "mediated-%s", pci_name(pdev));
	if (!ret)
		ret = device_add(dev);
	if (ret) {
		put_device(dev);
		return ret;
	}
	dev_set_drvdata(&pdev->dev, dev);
	return 0;
}

/* The function that does its DMA */

static int parent_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret;

	if (pdev->vendor != TESTDEV_VENDOR || pdev->device != TESTDEV_DEVICE)
		return -ENODEV;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	return ret ?: mediated_add(pdev);
}

static void parent_remove(struct pci_dev *pdev)
{
	device_unregister(dev_get_drvdata(&pdev->dev));
}

/* Without IDs: only driver_override binds it, and modules.alias does not name it. */
static struct pci_driver parent_driver = {
	.name		= "mediated-testdev",
	.probe		= parent_probe,
	.remove		= parent_remove,
};

static int __init mediated_init(void)
{
	int ret = bus_register(&mediated_bus);

	if (ret)
		return ret;
	ret = driver_register(&mediated_driver);
	if (ret)
		goto err_bus;
	ret = pci_register_driver(&parent_driver);
	if (ret)
		goto err_driver;
	return 0;

err_driver:
	driver_unregister(&mediated_driver);
err_bus:
	bus_unregister(&mediated_bus);
	return ret;
}
module_init(mediated_init);

static void __exit mediated_exit(void)
{
	pci_unregister_driver(&parent_driver);
	driver_unregister(&mediated_driver);
	bus_unregister(&mediated_bus);
}
module_exit(mediated_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO mediated device on the lab's model testdev");
