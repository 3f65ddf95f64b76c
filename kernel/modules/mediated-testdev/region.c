// SPDX-License-Identifier: GPL-2.0-only
/* Config space and the registers: read and written by software, word by word. */
#include <linux/iommu.h>
#include <linux/uaccess.h>

#include "mediated.h"
#include "testdev-regs.h"

#define REGION_SHIFT	40
#define REGION_MASK	((1ull << REGION_SHIFT) - 1)

static u64 region_size(u32 index)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return MEDIATED_CONFIG_SIZE;
	case VFIO_PCI_BAR0_REGION_INDEX:
		return MEDIATED_BAR_SIZE;
	default:
		return 0;
	}
}

int mediated_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
			 struct vfio_info_cap *caps)
{
	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info->offset = (u64)info->index << REGION_SHIFT;
	info->size = region_size(info->index);
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0;
	return 0;
}

/* A part of the user's copy that lies in one page on either side. */
static int copy_part(struct mediated *mediated, u64 to, u64 from, u32 len)
{
	dma_addr_t bus_to, bus_from;
	int ret;

	ret = mediated_bus_address(mediated, from, IOMMU_READ, &bus_from);
	if (!ret)
		ret = mediated_bus_address(mediated, to, IOMMU_WRITE, &bus_to);
	if (ret)
		return ret;
	writel(lower_32_bits(bus_from), mediated->regs + TESTDEV_DMA_FROM);
	writel(upper_32_bits(bus_from), mediated->regs + TESTDEV_DMA_FROM + 4);
	writel(lower_32_bits(bus_to), mediated->regs + TESTDEV_DMA_TO);
	writel(upper_32_bits(bus_to), mediated->regs + TESTDEV_DMA_TO + 4);
	writel(len, mediated->regs + TESTDEV_DMA_LEN);
	writel(TESTDEV_DMA_COPY, mediated->regs + TESTDEV_DMA_CMD);
	return -(int)readl(mediated->regs + TESTDEV_DMA_RESULT);
}

static u32 part(u64 iova)
{
	return PAGE_SIZE - iova % PAGE_SIZE;
}

static int copy(struct mediated *mediated)
{
	u32 done = 0, now;
	int ret = mediated->len > TESTDEV_DMA_MAX ? -E2BIG : 0;

	while (!ret && done < mediated->len) {
		now = min3(mediated->len - done, part(mediated->from + done),
			   part(mediated->to + done));
		ret = copy_part(mediated, mediated->to + done, mediated->from + done, now);
		done += now;
	}
	return ret;
}

static int dma(struct mediated *mediated, u32 command)
{
	if (command != TESTDEV_DMA_COPY)
		return -EINVAL;
	if (!mediated_may(mediated, PCI_COMMAND_MASTER))
		return -EIO;
	return copy(mediated);
}

static void set_half(u64 *address, bool high, u32 value)
{
	if (high)
		*address = lower_32_bits(*address) | (u64)value << 32;
	else
		*address = (*address & ~(u64)U32_MAX) | value;
}

static void register_write(struct mediated *mediated, u32 at, u32 value)
{
	switch (at) {
	case TESTDEV_DMA_FROM:
	case TESTDEV_DMA_FROM + 4:
		set_half(&mediated->from, at != TESTDEV_DMA_FROM, value);
		break;
	case TESTDEV_DMA_TO:
	case TESTDEV_DMA_TO + 4:
		set_half(&mediated->to, at != TESTDEV_DMA_TO, value);
		break;
	case TESTDEV_DMA_LEN:
		mediated->len = value;
		break;
	case TESTDEV_DMA_CMD:
		mediated->result = -dma(mediated, value);
		break;
	case TESTDEV_MARK:
	case TESTDEV_SCRATCH ... TESTDEV_SCRATCH_END - 4:
		writel(value, mediated->regs + at);
		break;
	}
}

/* The model's own addresses are not the user's business, and it has no interrupts here. */
static u32 register_read(struct mediated *mediated, u32 at)
{
	switch (at) {
	case TESTDEV_DMA_FROM:
		return lower_32_bits(mediated->from);
	case TESTDEV_DMA_FROM + 4:
		return upper_32_bits(mediated->from);
	case TESTDEV_DMA_TO:
		return lower_32_bits(mediated->to);
	case TESTDEV_DMA_TO + 4:
		return upper_32_bits(mediated->to);
	case TESTDEV_DMA_LEN:
		return mediated->len;
	case TESTDEV_DMA_RESULT:
		return mediated->result;
	case TESTDEV_ID:
	case TESTDEV_VERSION:
	case TESTDEV_MARK:
	case TESTDEV_SCRATCH ... TESTDEV_SCRATCH_END - 4:
		return readl(mediated->regs + at);
	default:
		return 0;
	}
}

/* One access: at most a word, in one region. Returns its length, or -errno. */
static ssize_t access_size(loff_t pos, size_t count)
{
	const u64 at = pos & REGION_MASK, size = region_size(pos >> REGION_SHIFT);

	if (at >= size)
		return -EINVAL;
	return min_t(u64, min_t(size_t, count, 4 - at % 4), size - at);
}

static bool is_config(loff_t pos)
{
	return pos >> REGION_SHIFT == VFIO_PCI_CONFIG_REGION_INDEX;
}

/* Registers are 32 bits wide. */
static int check_register(const struct mediated *mediated, ssize_t len)
{
	if (len != 4)
		return -EINVAL;
	return mediated_may(mediated, PCI_COMMAND_MEMORY) ? 0 : -EIO;
}

static int read_locked(struct mediated *mediated, loff_t pos, u8 *data, ssize_t len)
{
	const u32 at = pos & REGION_MASK;
	__le32 value;
	int ret;

	if (is_config(pos)) {
		memcpy(data, mediated->config + at, len);
		return 0;
	}
	ret = check_register(mediated, len);
	if (ret)
		return ret;
	value = cpu_to_le32(register_read(mediated, at));
	memcpy(data, &value, sizeof(value));
	return 0;
}

static int write_locked(struct mediated *mediated, loff_t pos, const u8 *data, ssize_t len)
{
	const u32 at = pos & REGION_MASK;
	__le32 value;
	int ret;

	if (is_config(pos)) {
		mediated_config_write(mediated, at, data, len);
		return 0;
	}
	ret = check_register(mediated, len);
	if (ret)
		return ret;
	memcpy(&value, data, sizeof(value));
	register_write(mediated, at, le32_to_cpu(value));
	return 0;
}

ssize_t mediated_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos)
{
	struct mediated *mediated = vdev_to_mediated(vdev);
	ssize_t len = access_size(*ppos, count);
	u8 data[4];
	int ret;

	if (len <= 0)
		return len;
	mutex_lock(&mediated->lock);
	ret = read_locked(mediated, *ppos, data, len);
	mutex_unlock(&mediated->lock);
	if (ret)
		return ret;
	if (copy_to_user(buf, data, len))
		return -EFAULT;
	*ppos += len;
	return len;
}

ssize_t mediated_write(struct vfio_device *vdev, const char __user *buf, size_t count,
		       loff_t *ppos)
{
	struct mediated *mediated = vdev_to_mediated(vdev);
	ssize_t len = access_size(*ppos, count);
	u8 data[4];
	int ret;

	if (len <= 0)
		return len;
	if (copy_from_user(data, buf, len))
		return -EFAULT;
	mutex_lock(&mediated->lock);
	ret = write_locked(mediated, *ppos, data, len);
	mutex_unlock(&mediated->lock);
	if (ret)
		return ret;
	*ppos += len;
	return len;
}
