// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu-vfio-pci: a VFIO variant driver for QEMU's educational device.
 *
 * It uses vfio-pci-core for everything that PCI devices have in common. It adds a region with a log
 * of its operations, and a command that operates the device on behalf of the user. edu-vfio-pci.h
 * describes both.
 */
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"
#include "edu-vfio-pci.h"

/* Registers in BAR 0: QEMU's docs/specs/edu.rst */
#define EDU_FACTORIAL		0x08
#define EDU_STATUS		0x20
#define EDU_STATUS_COMPUTING	BIT(0)

#define EDU_POLL_US		20
#define EDU_TIMEOUT_US		(100 * USEC_PER_MSEC)

struct edu_vfio {
	struct vfio_pci_core_device core;	/* must come first */
	struct mutex lock;	/* the factorial unit, and writes to the log */
	void __iomem *regs;	/* BAR 0, while the device is open */
	struct edu_vfio_log *log;
};

static struct edu_vfio *to_edu(struct vfio_pci_core_device *core)
{
	return container_of(core, struct edu_vfio, core);
}

static struct edu_vfio *vdev_to_edu(struct vfio_device *vdev)
{
	return container_of(vdev, struct edu_vfio, core.vdev);
}

/* The log */

static void edu_vfio_count(struct edu_vfio *edu, __le64 *counter)
{
	mutex_lock(&edu->lock);
	le64_add_cpu(counter, 1);
	mutex_unlock(&edu->lock);
}

static ssize_t edu_vfio_log_rw(struct vfio_pci_core_device *core,
			       char __user *buf, size_t count, loff_t *ppos,
			       bool iswrite)
{
	loff_t pos = *ppos & VFIO_PCI_OFFSET_MASK;

	if (iswrite || pos >= EDU_VFIO_LOG_SIZE)
		return -EINVAL;
	count = min_t(size_t, count, EDU_VFIO_LOG_SIZE - pos);
	if (copy_to_user(buf, (void *)to_edu(core)->log + pos, count))
		return -EFAULT;
	*ppos += count;
	return count;
}

/* A mapping holds references to the page and to the file of the device. */
static int edu_vfio_log_mmap(struct vfio_pci_core_device *core,
			     struct vfio_pci_region *region,
			     struct vm_area_struct *vma)
{
	u64 pos = ((u64)vma->vm_pgoff << PAGE_SHIFT) & VFIO_PCI_OFFSET_MASK;

	if (pos || vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EPERM;
	vm_flags_clear(vma, VM_MAYWRITE);
	return vm_insert_page(vma, vma->vm_start, virt_to_page(region->data));
}

/* The core calls this when the device is closed. The log is kept. */
static void edu_vfio_log_release(struct vfio_pci_core_device *core,
				 struct vfio_pci_region *region)
{
}

static const struct vfio_pci_regops edu_vfio_log_ops = {
	.rw		= edu_vfio_log_rw,
	.mmap		= edu_vfio_log_mmap,
	.release	= edu_vfio_log_release,
};

static int edu_vfio_log_register(struct edu_vfio *edu)
{
	return vfio_pci_core_register_dev_region(&edu->core,
		EDU_VFIO_VENDOR | VFIO_REGION_TYPE_PCI_VENDOR_TYPE,
		EDU_VFIO_REGION_SUBTYPE_LOG, &edu_vfio_log_ops,
		EDU_VFIO_LOG_SIZE,
		VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_MMAP,
		edu->log);
}

/* The log has a separate page, because users map the whole page. The driver core frees it. */
static int edu_vfio_log_init(struct edu_vfio *edu, struct pci_dev *pdev)
{
	BUILD_BUG_ON(sizeof(struct edu_vfio_log) > EDU_VFIO_LOG_SIZE);
	BUILD_BUG_ON(EDU_VFIO_LOG_SIZE > PAGE_SIZE);

	edu->log = (void *)devm_get_free_pages(&pdev->dev,
					       GFP_KERNEL | __GFP_ZERO, 0);
	if (!edu->log)
		return -ENOMEM;
	edu->log->magic = cpu_to_le32(EDU_VFIO_LOG_MAGIC);
	edu->log->version = cpu_to_le32(EDU_VFIO_LOG_VERSION);
	return 0;
}

/* The command */

static int edu_vfio_compute(struct edu_vfio *edu, u32 number, u32 *result)
{
	u32 status;
	int ret;

	writel(number, edu->regs + EDU_FACTORIAL);
	ret = readl_poll_timeout(edu->regs + EDU_STATUS, status,
				 !(status & EDU_STATUS_COMPUTING),
				 EDU_POLL_US, EDU_TIMEOUT_US);
	if (ret)
		return ret;
	*result = readl(edu->regs + EDU_FACTORIAL);
	return 0;
}

/* Users may disable the device's memory at any time; the core does that under memory_lock. */
static int edu_vfio_compute_locked(struct edu_vfio *edu, u32 number,
				   u32 *result)
{
	struct vfio_pci_core_device *core = &edu->core;
	u16 command;
	int ret = -EIO;

	mutex_lock(&edu->lock);
	down_read(&core->memory_lock);
	pci_read_config_word(core->pdev, PCI_COMMAND, &command);
	if (command & PCI_COMMAND_MEMORY &&
	    core->pdev->current_state < PCI_D3hot)
		ret = edu_vfio_compute(edu, number, result);
	up_read(&core->memory_lock);
	mutex_unlock(&edu->lock);
	return ret;
}

static long edu_vfio_factorial(struct edu_vfio *edu, void __user *arg)
{
	const size_t minsz = offsetofend(struct edu_vfio_factorial, result);
	struct edu_vfio_factorial job;
	int ret;

	if (copy_from_user(&job, arg, minsz))
		return -EFAULT;
	if (job.argsz < minsz || job.flags)
		return -EINVAL;

	ret = edu_vfio_compute_locked(edu, job.number, &job.result);
	if (ret)
		return ret;
	edu_vfio_count(edu, &edu->log->factorials);
	return copy_to_user(arg, &job, minsz) ? -EFAULT : 0;
}

static long edu_vfio_reset(struct edu_vfio *edu, unsigned long arg)
{
	long ret = vfio_pci_core_ioctl(&edu->core.vdev, VFIO_DEVICE_RESET, arg);

	if (!ret)
		edu_vfio_count(edu, &edu->log->resets);
	return ret;
}

static long edu_vfio_ioctl(struct vfio_device *vdev, unsigned int cmd,
			   unsigned long arg)
{
	struct edu_vfio *edu = vdev_to_edu(vdev);

	switch (cmd) {
	case EDU_VFIO_FACTORIAL:
		return edu_vfio_factorial(edu, (void __user *)arg);
	case VFIO_DEVICE_RESET:
		return edu_vfio_reset(edu, arg);
	default:
		return vfio_pci_core_ioctl(vdev, cmd, arg);
	}
}

/* From first open to last close */

static int edu_vfio_open_device(struct vfio_device *vdev)
{
	struct edu_vfio *edu = vdev_to_edu(vdev);
	int ret;

	ret = vfio_pci_core_enable(&edu->core);
	if (ret)
		return ret;

	edu->regs = pci_iomap(edu->core.pdev, 0, 0);
	if (!edu->regs) {
		ret = -ENOMEM;
		goto err_disable;
	}

	ret = edu_vfio_log_register(edu);
	if (ret)
		goto err_unmap;

	edu_vfio_count(edu, &edu->log->opens);
	vfio_pci_core_finish_enable(&edu->core);
	return 0;

err_unmap:
	pci_iounmap(edu->core.pdev, edu->regs);
err_disable:
	vfio_pci_core_disable(&edu->core);
	return ret;
}

static void edu_vfio_close_device(struct vfio_device *vdev)
{
	struct edu_vfio *edu = vdev_to_edu(vdev);

	pci_iounmap(edu->core.pdev, edu->regs);
	vfio_pci_core_close_device(vdev);
}

static const struct vfio_device_ops edu_vfio_ops = {
	.name		= "edu-vfio-pci",
	.open_device	= edu_vfio_open_device,
	.close_device	= edu_vfio_close_device,
	.ioctl		= edu_vfio_ioctl,
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

/* Any other device: only what the core offers */

static int edu_vfio_generic_open_device(struct vfio_device *vdev)
{
	struct edu_vfio *edu = vdev_to_edu(vdev);
	int ret;

	ret = vfio_pci_core_enable(&edu->core);
	if (ret)
		return ret;
	vfio_pci_core_finish_enable(&edu->core);
	return 0;
}

static const struct vfio_device_ops edu_vfio_generic_ops = {
	.name		= "edu-vfio-pci",	/* bound to VFs by later kernels */
	.open_device	= edu_vfio_generic_open_device,
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

/* driver_data of the entry for QEMU's edu. */
#define EDU_VFIO_IS_EDU	1

/*
 * With driver_override any device may be bound to this driver, by an ID that is not in the table.
 */
static int edu_vfio_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	bool is_edu = id->driver_data == EDU_VFIO_IS_EDU;
	struct edu_vfio *edu;
	int ret;

	edu = vfio_alloc_device(edu_vfio, core.vdev, &pdev->dev,
				is_edu ? &edu_vfio_ops : &edu_vfio_generic_ops);
	if (IS_ERR(edu))
		return PTR_ERR(edu);

	mutex_init(&edu->lock);
	dev_set_drvdata(&pdev->dev, &edu->core);
	if (is_edu) {
		ret = edu_vfio_log_init(edu, pdev);
		if (ret)
			goto err_put;
	}

	ret = vfio_pci_core_register_device(&edu->core);
	if (ret)
		goto err_put;
	return 0;

err_put:
	vfio_put_device(&edu->core.vdev);
	return ret;
}

static void edu_vfio_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

/* A PF bound by driver_override may have VFs. */
static int edu_vfio_sriov_configure(struct pci_dev *pdev, int nr_virtfn)
{
	return compat_sriov_configure(dev_get_drvdata(&pdev->dev), nr_virtfn);
}

static const struct pci_device_id edu_vfio_table[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(EDU_VFIO_VENDOR, EDU_VFIO_DEVICE),
	  .driver_data = EDU_VFIO_IS_EDU },
	{}
};
MODULE_DEVICE_TABLE(pci, edu_vfio_table);

static struct pci_driver edu_vfio_driver = {
	.name			= "edu-vfio-pci",
	.id_table		= edu_vfio_table,
	.probe			= edu_vfio_probe,
	.remove			= edu_vfio_remove,
	.sriov_configure	= edu_vfio_sriov_configure,
	.err_handler		= &vfio_pci_core_err_handlers,
	COMPAT_DRIVER_FLAGS
};
module_pci_driver(edu_vfio_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI - Variant driver for QEMU's educational device");
