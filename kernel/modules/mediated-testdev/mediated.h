/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mediated-testdev: what its parts share.
 *
 * The user's device is emulated; the lab's model `testdev' does its DMA. The user gives it IOVAs.
 * The driver pins the pages at these with VFIO, maps them for the model like any driver, and gives
 * it their bus addresses.
 */
#ifndef MEDIATED_TESTDEV_H
#define MEDIATED_TESTDEV_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/vfio.h>

#define MEDIATED_CONFIG_SIZE	256
#define MEDIATED_BAR_SIZE	4096

struct mediated {
	struct vfio_device vdev;	/* must come first */
	struct pci_dev *pdev;
	void __iomem *regs;		/* BAR 0 of the model, while the device is open */
	u16 command;			/* of the model, before it was opened */

	struct mutex lock;		/* all below, and the model */
	u8 config[MEDIATED_CONFIG_SIZE];
	u64 from, to;			/* registers: IOVAs */
	u32 len, result;
	struct list_head pins;
	u32 unmaps, released;
	u64 unmap_iova, unmap_length;

	struct completion idle;		/* done unless a dma_unmap() is to wait */
};

static inline struct mediated *vdev_to_mediated(struct vfio_device *vdev)
{
	return container_of(vdev, struct mediated, vdev);
}

/* pin.c. With the lock held. */

/*
 * Pin COUNT pages from IOVA on for the access PROT (IOMMU_*), and map them for the model. Returns 0
 * or -errno.
 */
int mediated_pin(struct mediated *mediated, u64 iova, u32 count, int prot);

/* Undo one such call. Returns -ENOENT if there was none. */
int mediated_unpin(struct mediated *mediated, u64 iova, u32 count);

/*
 * Get the bus address of IOVA for the access PROT; pins its page unless that is pinned for it.
 * Returns 0 or -errno.
 */
int mediated_bus_address(struct mediated *mediated, u64 iova, int prot, dma_addr_t *bus);

void mediated_unpin_all(struct mediated *mediated);
u32 mediated_count_pins(const struct mediated *mediated);

/* vfio_device_ops.dma_unmap. Takes the lock. */
void mediated_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length);

/* config.c. The lock is held. */
void mediated_config_init(struct mediated *mediated);
void mediated_config_write(struct mediated *mediated, u32 at, const u8 *data, u32 len);
bool mediated_may(const struct mediated *mediated, u16 command);

/* region.c: vfio_device_ops. */
ssize_t mediated_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos);
ssize_t mediated_write(struct vfio_device *vdev, const char __user *buf, size_t count,
		       loff_t *ppos);
int mediated_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
			 struct vfio_info_cap *caps);

/* command.c: vfio_device_ops.ioctl. */
long mediated_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg);

/* Release all pages, reset the model, and clear the registers. Returns 0 or -errno. */
int mediated_reset(struct mediated *mediated);

#endif
