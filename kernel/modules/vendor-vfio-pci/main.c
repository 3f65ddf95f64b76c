// SPDX-License-Identifier: GPL-2.0-only
/*
 * vendor-vfio-pci: a VFIO variant driver that migrates its device, the lab's model `vendor'.
 *
 * The device saves and loads its state as records, and logs its DMA. The driver makes the states of
 * migration, the data files and DMA logging of VFIO of that, and hides the registers that it uses
 * for this. Everything else comes from vfio-pci-core. vendor-regs.h describes the device.
 */
#include <linux/module.h>
#include <linux/pci.h>

#include "vendor-vfio-pci.h"

static struct vendor_vfio *pci_to_vendor(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	return container_of(core, struct vendor_vfio, core);
}

static int vendor_open_device(struct vfio_device *vdev)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);
	int ret = vfio_pci_core_enable(&vendor->core);

	if (ret)
		return ret;
	vendor->control = pci_iomap(vendor->core.pdev, VENDOR_CONTROL_BAR, 0);
	if (!vendor->control) {
		vfio_pci_core_disable(&vendor->core);
		return -ENOMEM;
	}
	vendor_state_open(vendor);
	vfio_pci_core_finish_enable(&vendor->core);
	return 0;
}

/* The user may keep data files. They end here: the core resets the device. */
static void vendor_close_device(struct vfio_device *vdev)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);

	vendor_state_lock(vendor);
	vendor_end_sessions(vendor);
	mutex_unlock(&vendor->state_lock);
	pci_iounmap(vendor->core.pdev, vendor->control);
	vfio_pci_core_close_device(vdev);
}

static int vendor_init_device(struct vfio_device *vdev)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);

	mutex_init(&vendor->state_lock);
	vendor->state = VFIO_DEVICE_STATE_RUNNING;
	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				VFIO_MIGRATION_PRE_COPY;
	vdev->mig_ops = &vendor_migration_ops;
	vdev->log_ops = &vendor_log_ops;
#ifdef HAVE_CORE_DEVICE_OPS
	vendor->core.pci_ops = &vendor_pci_ops;
#endif
	return vfio_pci_core_init_dev(vdev);
}

static void vendor_release_device(struct vfio_device *vdev)
{
	mutex_destroy(&vdev_to_vendor(vdev)->state_lock);
	vfio_pci_core_release_dev(vdev);
}

static const struct vfio_device_ops vendor_ops = {
	.name		= "vendor-vfio-pci",
	.init		= vendor_init_device,
	.release	= vendor_release_device,
	.open_device	= vendor_open_device,
	.close_device	= vendor_close_device,
	.ioctl		= vendor_region_ioctl,
	.read		= vendor_region_read,
	.write		= vendor_region_write,
	.mmap		= vendor_region_mmap,
	.request	= vfio_pci_core_request,
	.match		= vfio_pci_core_match,
#ifdef HAVE_CORE_GET_REGION_INFO
	.get_region_info_caps = vendor_region_info,
#endif
	COMPAT_FEATURE_OPS
	COMPAT_TOKEN_OPS
	COMPAT_IOMMUFD_OPS
};

/*
 * The core holds memory_lock across the resets that it makes, and an administrator can reset the
 * device at any time: the next user of the state notices.
 */
static void vendor_reset_done(struct pci_dev *pdev)
{
	atomic_set(&pci_to_vendor(pdev)->was_reset, 1);
}

static const struct pci_error_handlers vendor_err_handlers = {
	.error_detected	= vfio_pci_core_aer_err_detected,
	.reset_done	= vendor_reset_done,
};

/* driver_data of the entry for the device: with driver_override other devices can be bound. */
#define VENDOR_IS_VENDOR	1

static int vendor_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vendor_vfio *vendor;
	int ret;

	if (id->driver_data != VENDOR_IS_VENDOR)
		return -ENODEV;
	vendor = vfio_alloc_device(vendor_vfio, core.vdev, &pdev->dev, &vendor_ops);
	if (IS_ERR(vendor))
		return PTR_ERR(vendor);
	dev_set_drvdata(&pdev->dev, &vendor->core);
	ret = vfio_pci_core_register_device(&vendor->core);
	if (ret)
		vfio_put_device(&vendor->core.vdev);
	return ret;
}

static void vendor_remove(struct pci_dev *pdev)
{
	struct vendor_vfio *vendor = pci_to_vendor(pdev);

	vfio_pci_core_unregister_device(&vendor->core);
	vfio_put_device(&vendor->core.vdev);
}

static const struct pci_device_id vendor_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(VENDOR_VENDOR, VENDOR_DEVICE),
	  .driver_data = VENDOR_IS_VENDOR },
	{}
};
MODULE_DEVICE_TABLE(pci, vendor_table);

static struct pci_driver vendor_driver = {
	.name			= "vendor-vfio-pci",
	.id_table		= vendor_table,
	.probe			= vendor_probe,
	.remove			= vendor_remove,
	.err_handler		= &vendor_err_handlers,
	COMPAT_DRIVER_FLAGS
};
module_pci_driver(vendor_driver);

COMPAT_IMPORT_IOMMUFD;
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI - Variant driver for the lab's migrating device");
