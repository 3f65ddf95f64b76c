// SPDX-License-Identifier: GPL-2.0-only
/* The ioctls of the device file. */
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "mediated-testdev.h"
#include "mediated.h"

/* Copy a structure that begins with its argsz. */
static int get_argument(void *into, unsigned long arg, size_t size)
{
	u32 argsz;

	if (get_user(argsz, (u32 __user *)arg))
		return -EFAULT;
	if (argsz < size)
		return -EINVAL;
	return copy_from_user(into, (void __user *)arg, size) ? -EFAULT : 0;
}

static int put_answer(unsigned long arg, const void *from, size_t size)
{
	return copy_to_user((void __user *)arg, from, size) ? -EFAULT : 0;
}

static long device_info(unsigned long arg)
{
	const size_t size = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;
	int ret = get_argument(&info, arg, size);

	if (ret)
		return ret;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return put_answer(arg, &info, size);
}

/* Since 6.19 the core asks for it. */
static long region_info(struct vfio_device *vdev, unsigned long arg)
{
	const size_t size = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;
	int ret = get_argument(&info, arg, size);

	if (!ret)
		ret = mediated_region_info(vdev, &info, NULL);
	return ret ?: put_answer(arg, &info, size);
}

/* There are none. */
static long irq_info(unsigned long arg)
{
	const size_t size = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;
	int ret = get_argument(&info, arg, size);

	if (ret)
		return ret;
	if (info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.flags = 0;
	info.count = 0;
	return put_answer(arg, &info, size);
}

static int prot_of(u32 flags)
{
	return (flags & MEDIATED_READ ? IOMMU_READ : 0) |
	       (flags & MEDIATED_WRITE ? IOMMU_WRITE : 0);
}

static long pin(struct mediated *mediated, unsigned int cmd, unsigned long arg)
{
	struct mediated_pin pin;
	int ret = get_argument(&pin, arg, sizeof(pin));

	if (ret)
		return ret;
	if (pin.flags & ~(MEDIATED_READ | MEDIATED_WRITE))
		return -EINVAL;
	mutex_lock(&mediated->lock);
	if (cmd == MEDIATED_PIN)
		ret = mediated_pin(mediated, pin.iova, pin.pages, prot_of(pin.flags));
	else
		ret = mediated_unpin(mediated, pin.iova, pin.pages);
	mutex_unlock(&mediated->lock);
	return ret;
}

/* A call of vfio_dma_rw(), perhaps by a kernel thread. */
struct dma_rw {
	struct work_struct work;
	struct mediated *mediated;
	u64 iova;
	void *data;
	u32 len;
	bool write;
	int ret;
};

static void dma_rw(struct work_struct *work)
{
	struct dma_rw *rw = container_of(work, struct dma_rw, work);

	rw->ret = vfio_dma_rw(&rw->mediated->vdev, rw->iova, rw->data, rw->len, rw->write);
}

static int dma_rw_run(struct dma_rw *rw, bool kthread)
{
	INIT_WORK_ONSTACK(&rw->work, dma_rw);
	if (kthread) {
		schedule_work(&rw->work);
		flush_work(&rw->work);
	} else {
		dma_rw(&rw->work);
	}
	destroy_work_on_stack(&rw->work);
	return rw->ret;
}

static int copy_with(struct mediated *mediated, const struct mediated_copy *copy, void *data)
{
	struct dma_rw rw = {
		.mediated	= mediated,
		.iova		= copy->iova,
		.data		= data,
		.len		= copy->len,
		.write		= copy->flags & MEDIATED_WRITE,
	};
	int ret;

	if (rw.write && copy_from_user(data, u64_to_user_ptr(copy->data), copy->len))
		return -EFAULT;
	ret = dma_rw_run(&rw, copy->flags & MEDIATED_KTHREAD);
	if (!ret && !rw.write && copy_to_user(u64_to_user_ptr(copy->data), data, copy->len))
		ret = -EFAULT;
	return ret;
}

static long copy(struct mediated *mediated, unsigned long arg)
{
	struct mediated_copy copy;
	int ret = get_argument(&copy, arg, sizeof(copy));
	u32 direction;
	void *data;

	if (ret)
		return ret;
	direction = copy.flags & ~MEDIATED_KTHREAD;
	if (direction != MEDIATED_READ && direction != MEDIATED_WRITE)
		return -EINVAL;
	if (copy.len > MEDIATED_COPY_MAX)
		return -E2BIG;
	data = kzalloc(copy.len + 1, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	ret = copy_with(mediated, &copy, data);
	kfree(data);
	return ret;
}

static long status(struct mediated *mediated, unsigned long arg)
{
	struct mediated_status status;
	int ret = get_argument(&status, arg, sizeof(status));

	if (ret)
		return ret;
	mutex_lock(&mediated->lock);
	status.pins = mediated_count_pins(mediated);
	status.unmaps = mediated->unmaps;
	status.released = mediated->released;
	status.iova = mediated->unmap_iova;
	status.length = mediated->unmap_length;
	mutex_unlock(&mediated->lock);
	return put_answer(arg, &status, sizeof(status));
}

static long hold(struct mediated *mediated, unsigned long arg)
{
	if (arg > 1)
		return -EINVAL;
	if (arg)
		reinit_completion(&mediated->idle);
	else
		complete_all(&mediated->idle);
	return 0;
}

static long reset(struct mediated *mediated)
{
	int ret;

	mutex_lock(&mediated->lock);
	ret = mediated_reset(mediated);
	mutex_unlock(&mediated->lock);
	return ret;
}

long mediated_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct mediated *mediated = vdev_to_mediated(vdev);

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return device_info(arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return region_info(vdev, arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return irq_info(arg);
	case VFIO_DEVICE_RESET:
		return reset(mediated);
	case MEDIATED_PIN:
	case MEDIATED_UNPIN:
		return pin(mediated, cmd, arg);
	case MEDIATED_COPY:
		return copy(mediated, arg);
	case MEDIATED_STATUS:
		return status(mediated, arg);
	case MEDIATED_HOLD:
		return hold(mediated, arg);
	default:
		return -ENOTTY;
	}
}
