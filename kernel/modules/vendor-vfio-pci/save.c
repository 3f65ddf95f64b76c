// SPDX-License-Identifier: GPL-2.0-only
/* vendor-vfio-pci: data files, and the one from which the user reads the state of the device. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vendor-vfio-pci.h"

struct vendor_file *vendor_file_open(struct vendor_vfio *vendor, const char *name,
				     const struct file_operations *fops, int flags)
{
	struct vendor_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	struct file *filp;

	if (!file)
		return ERR_PTR(-ENOMEM);
	mutex_init(&file->lock);
	filp = anon_inode_getfile(name, fops, file, flags);
	if (IS_ERR(filp)) {
		kfree(file);
		return ERR_CAST(filp);
	}
	stream_open(file_inode(filp), filp);
	file->filp = filp;
	file->vendor = vendor;
	return file;
}

int vendor_file_release(struct inode *inode, struct file *filp)
{
	struct vendor_file *file = filp->private_data;

	mutex_destroy(&file->lock);
	kfree(file);
	return 0;
}

void vendor_file_end(struct vendor_file **kept)
{
	struct vendor_file *file = *kept;

	if (!file)
		return;
	*kept = NULL;
	mutex_lock(&file->lock);
	file->vendor = NULL;
	mutex_unlock(&file->lock);
	fput(file->filp);
}

struct vendor_file *vendor_file_start(struct vendor_file *file, enum vendor_command command)
{
	int ret;

	if (IS_ERR(file))
		return file;
	ret = vendor_single_command(file->vendor, command);
	if (ret) {
		vendor_file_end(&file);
		return ERR_PTR(ret);
	}
	return file;
}

int vendor_file_check(struct vendor_file *file)
{
	if (!file->vendor || atomic_read(&file->vendor->was_reset))
		return -ENODEV;
	return file->error;
}

void vendor_save_stopped(struct vendor_file *file)
{
	mutex_lock(&file->lock);
	file->stopped = true;
	mutex_unlock(&file->lock);
}

u32 vendor_save_rest(struct vendor_file *file)
{
	u32 rest;

	mutex_lock(&file->lock);
	rest = file->len - file->pos;
	mutex_unlock(&file->lock);
	return rest;
}

/* Whether the device gave a whole record, as its header says. */
static bool vendor_record_is_whole(struct vendor_file *file, u32 len)
{
	return len >= VENDOR_RECORD_HEADER && len <= sizeof(file->record) &&
	       get_unaligned_le32(file->record + VENDOR_RECORD_LENGTH) ==
		       len - VENDOR_RECORD_HEADER;
}

/* Take the next record out of the device. -ENODATA: it has none now. */
static int vendor_save_fetch(struct vendor_file *file)
{
	struct vendor_vfio *vendor = file->vendor;
	u32 initial = vendor_read(vendor, VENDOR_INITIAL);
	int ret = vendor_command(vendor, VENDOR_SAVE_NEXT);
	u32 len;

	if (ret)
		return ret;
	len = vendor_read(vendor, VENDOR_SIZE);
	vendor_window_read(vendor, file->record, min_t(u32, len, sizeof(file->record)));
	if (!vendor_record_is_whole(file, len))
		return -EIO;
	file->initial = vendor_read(vendor, VENDOR_INITIAL) < initial;
	file->len = len;
	file->pos = 0;
	return 0;
}

/* Any other failure breaks the stream: a record is missing in it. */
static int vendor_save_next(struct vendor_file *file)
{
	struct vendor_access access;
	int ret = vendor_access_begin(file->vendor, &access);

	if (ret)
		return ret;
	ret = vendor_save_fetch(file);
	vendor_access_end(file->vendor, &access);
	if (ret && ret != -ENODATA)
		file->error = ret;
	return ret;
}

/* Read from the current record, or from the next. Returns the number of bytes, or -errno. */
static ssize_t vendor_save_some(struct vendor_file *file, char __user *buf, size_t len)
{
	int ret = vendor_file_check(file);

	if (!ret && file->pos == file->len)
		ret = vendor_save_next(file);
	if (ret)
		return ret;
	len = min_t(size_t, len, file->len - file->pos);
	if (copy_to_user(buf, file->record + file->pos, len))
		return -EFAULT;
	file->pos += len;
	return len;
}

static ssize_t vendor_save_read(struct file *filp, char __user *buf, size_t len, loff_t *pos)
{
	struct vendor_file *file = filp->private_data;
	size_t done = 0;
	ssize_t ret = 0;

	if (pos)
		return -ESPIPE;
	mutex_lock(&file->lock);
	while (done < len) {
		ret = vendor_save_some(file, buf + done, len - done);
		if (ret < 0)
			break;
		done += ret;
	}
	if (ret == -ENODATA)
		ret = file->stopped ? 0 : -ENOMSG;
	mutex_unlock(&file->lock);
	return done ? done : ret;
}

/* Without version 2 of the interface new initial data count as dirty. */
static int vendor_precopy_fill(struct vendor_file *file, struct vfio_precopy_info *info)
{
	struct vendor_vfio *vendor = file->vendor;
	u32 rest = file->len - file->pos;
	struct vendor_access access;
	bool again;
	int ret;

	ret = vendor_access_begin(vendor, &access);
	if (ret)
		return ret;
	again = vendor_read(vendor, VENDOR_STATUS) & VENDOR_REINIT;
	info->initial_bytes = vendor_read(vendor, VENDOR_INITIAL);
	info->dirty_bytes = vendor_read(vendor, VENDOR_DIRTY);
	vendor_access_end(vendor, &access);

	if (again && !compat_precopy_v2(&vendor->core.vdev)) {
		info->dirty_bytes += info->initial_bytes;
		info->initial_bytes = 0;
	} else if (again) {
		info->flags |= VFIO_PRECOPY_INFO_REINIT;
	}
	if (file->initial && info->initial_bytes)
		info->initial_bytes += rest;
	else
		info->dirty_bytes += rest;
	return 0;
}

static int vendor_precopy_info(struct vendor_file *file, struct vfio_precopy_info *info)
{
	int ret = vendor_file_check(file);

	if (ret)
		return ret;
	if (file->stopped)
		return -EINVAL;
	return vendor_precopy_fill(file, info);
}

static int vendor_precopy_check(struct vendor_file *file, unsigned int cmd, unsigned long arg,
				struct vfio_precopy_info *info)
{
	if (!file->vendor)
		return -ENODEV;
	return vfio_check_precopy_ioctl(&file->vendor->core.vdev, cmd, arg, info);
}

static long vendor_save_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct vendor_file *file = filp->private_data;
	struct vfio_precopy_info info;
	int ret;

	mutex_lock(&file->lock);
	ret = vendor_precopy_check(file, cmd, arg, &info);
	if (!ret)
		ret = vendor_precopy_info(file, &info);
	mutex_unlock(&file->lock);
	if (ret)
		return ret;
	return copy_to_user((void __user *)arg, &info,
			    offsetofend(struct vfio_precopy_info, dirty_bytes)) ? -EFAULT : 0;
}

static const struct file_operations vendor_save_fops = {
	.owner		= THIS_MODULE,
	.read		= vendor_save_read,
	.unlocked_ioctl	= vendor_save_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.release	= vendor_file_release,
};

struct vendor_file *vendor_save_open(struct vendor_vfio *vendor)
{
	struct vendor_file *file = vendor_file_open(vendor, "vendor-vfio-save", &vendor_save_fops,
						    O_RDONLY);

	return vendor_file_start(file, VENDOR_SAVE_START);
}
