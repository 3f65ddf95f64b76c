// SPDX-License-Identifier: GPL-2.0-only
/* vendor-vfio-pci: the log of the pages that the device writes by DMA. */
#include <linux/interval_tree.h>
#include <linux/iova_bitmap.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "vendor-vfio-pci.h"

/* The page size of the log: the nearest to what the user wants that the device has. */
static u32 vendor_log_shift(u64 page_size)
{
	if (page_size <= BIT_ULL(VENDOR_LOG_SHIFT_MIN))
		return VENDOR_LOG_SHIFT_MIN;
	return min_t(u32, ilog2(page_size), VENDOR_LOG_SHIFT_MAX);
}

static int vendor_log_add(struct vendor_vfio *vendor, unsigned long first, unsigned long last)
{
	vendor_write64(vendor, VENDOR_LOG_BASE, first);
	vendor_write64(vendor, VENDOR_LOG_LEN, last - first + 1);
	return vendor_command(vendor, VENDOR_LOG_RANGE);
}

static int vendor_log_begin(struct vendor_vfio *vendor, struct rb_root_cached *ranges, u32 shift)
{
	struct interval_tree_node *node;
	int ret;

	for (node = interval_tree_iter_first(ranges, 0, ULONG_MAX); node;
	     node = interval_tree_iter_next(node, 0, ULONG_MAX)) {
		ret = vendor_log_add(vendor, node->start, node->last);
		if (ret)
			return ret;
	}
	vendor_write(vendor, VENDOR_LOG_SHIFT, shift);
	return vendor_command(vendor, VENDOR_LOG_START);
}

/* More ranges than the device has are joined: it then logs pages that nobody asked for. */
static int vendor_log_start_locked(struct vendor_vfio *vendor, struct rb_root_cached *ranges,
				   u32 count, u64 *page_size)
{
	u32 shift = vendor_log_shift(*page_size);
	struct vendor_access access;
	int ret;

	if (vendor->logging)
		return -EINVAL;
	if (count > VENDOR_LOG_RANGES)
		vfio_combine_iova_ranges(ranges, count, VENDOR_LOG_RANGES);
	ret = vendor_access_begin(vendor, &access);
	if (ret)
		return ret;
	ret = vendor_log_begin(vendor, ranges, shift);
	if (ret)
		vendor_command(vendor, VENDOR_LOG_STOP);
	vendor_access_end(vendor, &access);
	vendor->logging = !ret;
	vendor->log_page = BIT(shift);
	*page_size = vendor->log_page;
	return ret;
}

static int vendor_log_start(struct vfio_device *vdev, struct rb_root_cached *ranges, u32 count,
			    u64 *page_size)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);
	int ret;

	vendor_state_lock(vendor);
	ret = vendor_log_start_locked(vendor, ranges, count, page_size);
	mutex_unlock(&vendor->state_lock);
	return ret;
}

static int vendor_log_stop(struct vfio_device *vdev)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);
	int ret = 0;

	vendor_state_lock(vendor);
	if (vendor->logging)
		ret = vendor_single_command(vendor, VENDOR_LOG_STOP);
	if (!ret)
		vendor->logging = false;
	mutex_unlock(&vendor->state_lock);
	return ret;
}

/* The pages of one query. */
struct vendor_log_pages {
	u32 count;
	u8 first[8 * VENDOR_LOG_QUERY_MAX];
};

/* -EAGAIN: the device has more pages. */
static int vendor_log_query(struct vendor_vfio *vendor, u64 iova, u64 length,
			    struct vendor_log_pages *pages)
{
	struct vendor_access access;
	int ret = vendor_access_begin(vendor, &access);
	u32 size;

	pages->count = 0;
	if (ret)
		return ret;
	vendor_write64(vendor, VENDOR_LOG_BASE, iova);
	vendor_write64(vendor, VENDOR_LOG_LEN, length);
	ret = vendor_command(vendor, VENDOR_LOG_QUERY);
	if (!ret || ret == -EAGAIN) {
		size = min_t(u32, vendor_read(vendor, VENDOR_SIZE), sizeof(pages->first));
		vendor_window_read(vendor, pages->first, size);
		pages->count = size / 8;
	}
	vendor_access_end(vendor, &access);
	return ret;
}

/* A page of the log may be larger than the range that is asked for. */
static void vendor_log_set(struct iova_bitmap *dirty, u64 iova, u64 length, u64 page, u64 size)
{
	u64 first = max(page, iova);
	u64 last = min(page + size - 1, iova + length - 1);

	if (first <= last)
		iova_bitmap_set(dirty, first, last - first + 1);
}

static int vendor_log_report(struct vendor_vfio *vendor, u64 iova, u64 length,
			     struct iova_bitmap *dirty)
{
	struct vendor_log_pages pages;
	int ret;
	u32 i;

	do {
		ret = vendor_log_query(vendor, iova, length, &pages);
		for (i = 0; i < pages.count; i++)
			vendor_log_set(dirty, iova, length, get_unaligned_le64(pages.first + 8 * i),
				       vendor->log_page);
	} while (ret == -EAGAIN && pages.count);
	if (ret != -EOVERFLOW)
		return ret;
	/* The log was full: any page may be dirty. */
	iova_bitmap_set(dirty, iova, length);
	return 0;
}

static int vendor_log_read_and_clear(struct vfio_device *vdev, unsigned long iova,
				     unsigned long length, struct iova_bitmap *dirty)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);
	int ret = -EINVAL;

	vendor_state_lock(vendor);
	if (vendor->logging && length)
		ret = vendor_log_report(vendor, iova, length, dirty);
	mutex_unlock(&vendor->state_lock);
	return ret;
}

const struct vfio_log_ops vendor_log_ops = {
	.log_start		= vendor_log_start,
	.log_stop		= vendor_log_stop,
	.log_read_and_clear	= vendor_log_read_and_clear,
};
