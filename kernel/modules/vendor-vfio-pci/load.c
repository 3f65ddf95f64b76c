// SPDX-License-Identifier: GPL-2.0-only
/* vendor-vfio-pci: the file to which the user writes the state that the device continues from. */
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "vendor-vfio-pci.h"

/*
 * The length of the record, as far as it is known: the header says it. The device checks the rest,
 * and returns an error by its cause.
 */
static int vendor_load_length(struct vendor_file *file)
{
	u32 len;

	file->len = VENDOR_RECORD_HEADER;
	if (file->pos < VENDOR_RECORD_HEADER)
		return 0;
	len = get_unaligned_le32(file->record + VENDOR_RECORD_LENGTH);
	if (len > sizeof(file->record) - VENDOR_RECORD_HEADER)
		return -EMSGSIZE;
	file->len += len;
	return 0;
}

/* Give the record to the device. */
static int vendor_load_record(struct vendor_file *file)
{
	struct vendor_vfio *vendor = file->vendor;
	struct vendor_access access;
	int ret = vendor_access_begin(vendor, &access);

	if (ret)
		return ret;
	vendor_write(vendor, VENDOR_SIZE, file->len);
	vendor_window_write(vendor, file->record, file->len);
	ret = vendor_command(vendor, VENDOR_LOAD);
	vendor_access_end(vendor, &access);
	file->pos = 0;
	file->error = ret;
	return ret;
}

/*
 * Take bytes up to the end of the header, or of the record. Returns their number, or -errno. Unless
 * the stream is broken then, they were not taken.
 */
static ssize_t vendor_load_some(struct vendor_file *file, const char __user *buf, size_t len)
{
	int ret = vendor_file_check(file);

	if (!ret)
		ret = vendor_load_length(file);
	if (ret)
		goto out_broken;
	len = min_t(size_t, len, file->len - file->pos);
	if (copy_from_user(file->record + file->pos, buf, len))
		return -EFAULT;
	file->pos += len;
	ret = vendor_load_length(file);
	if (ret)
		goto out_broken;
	if (file->pos == file->len)
		ret = vendor_load_record(file);
	if (ret && !file->error)
		file->pos -= len;
	return ret ? ret : len;

out_broken:
	file->error = ret;
	return ret;
}

static ssize_t vendor_load_write(struct file *filp, const char __user *buf, size_t len, loff_t *pos)
{
	struct vendor_file *file = filp->private_data;
	size_t done = 0;
	ssize_t ret = 0;

	if (pos)
		return -ESPIPE;
	mutex_lock(&file->lock);
	while (done < len) {
		ret = vendor_load_some(file, buf + done, len - done);
		if (ret < 0)
			break;
		done += ret;
	}
	if (file->error)
		done = 0;
	mutex_unlock(&file->lock);
	return done ? done : ret;
}

/* A stream that ends inside a record lacks data, as one without the final record does. */
static int vendor_load_end(struct vendor_file *file)
{
	int ret = vendor_file_check(file);

	if (ret)
		return ret;
	if (file->pos)
		return -ENODATA;
	return vendor_single_command(file->vendor, VENDOR_LOAD_END);
}

int vendor_load_finish(struct vendor_file *file)
{
	int ret;

	mutex_lock(&file->lock);
	ret = vendor_load_end(file);
	mutex_unlock(&file->lock);
	return ret;
}

static const struct file_operations vendor_load_fops = {
	.owner		= THIS_MODULE,
	.write		= vendor_load_write,
	.release	= vendor_file_release,
};

struct vendor_file *vendor_load_open(struct vendor_vfio *vendor)
{
	struct vendor_file *file = vendor_file_open(vendor, "vendor-vfio-load", &vendor_load_fops,
						    O_WRONLY);

	return vendor_file_start(file, VENDOR_LOAD_START);
}
