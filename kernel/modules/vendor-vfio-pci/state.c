// SPDX-License-Identifier: GPL-2.0-only
/* vendor-vfio-pci: the states of migration, and the arcs between them. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pci.h>

#include "vendor-vfio-pci.h"

void vendor_end_sessions(struct vendor_vfio *vendor)
{
	vendor_file_end(&vendor->saving);
	vendor_file_end(&vendor->loading);
}

/* A reset ends everything: the device runs again, with no session, and logs nothing. */
void vendor_state_lock(struct vendor_vfio *vendor)
{
	mutex_lock(&vendor->state_lock);
	if (!atomic_xchg(&vendor->was_reset, 0))
		return;
	vendor_end_sessions(vendor);
	vendor->state = VFIO_DEVICE_STATE_RUNNING;
	vendor->logging = false;
}

/* A device that was not reset between two users may be stopped, or broken. */
void vendor_state_open(struct vendor_vfio *vendor)
{
	mutex_lock(&vendor->state_lock);
	atomic_set(&vendor->was_reset, 0);
	vendor->logging = false;
	vendor->state = vendor_device_state(vendor, VENDOR_RUNNING, VENDOR_RUNNING) ?
				VFIO_DEVICE_STATE_ERROR :
				VFIO_DEVICE_STATE_RUNNING;
	mutex_unlock(&vendor->state_lock);
}

/* What the device does in each state. */
static enum vendor_state vendor_state_of(enum vfio_device_mig_state state)
{
	switch (state) {
	case VFIO_DEVICE_STATE_RUNNING:
	case VFIO_DEVICE_STATE_PRE_COPY:
		return VENDOR_RUNNING;
	case VFIO_DEVICE_STATE_RUNNING_P2P:
	case VFIO_DEVICE_STATE_PRE_COPY_P2P:
		return VENDOR_QUIET;
	case VFIO_DEVICE_STATE_STOP:
	case VFIO_DEVICE_STATE_STOP_COPY:
	case VFIO_DEVICE_STATE_RESUMING:
		return VENDOR_STOPPED;
	default:
		return VENDOR_BROKEN;
	}
}

static bool vendor_is_saving(enum vfio_device_mig_state state)
{
	return state == VFIO_DEVICE_STATE_PRE_COPY || state == VFIO_DEVICE_STATE_PRE_COPY_P2P ||
	       state == VFIO_DEVICE_STATE_STOP_COPY;
}

/* Keep a new session, and return its file for the user. */
static struct file *vendor_session(struct vendor_file *file, struct vendor_file **kept)
{
	if (IS_ERR(file))
		return ERR_CAST(file);
	*kept = file;
	return get_file(file->filp);
}

static struct file *vendor_begin_saving(struct vendor_vfio *vendor, bool stopped)
{
	struct vendor_file *file = vendor_save_open(vendor);

	if (!IS_ERR(file) && stopped)
		vendor_save_stopped(file);
	return vendor_session(file, &vendor->saving);
}

static struct file *vendor_end_saving(struct vendor_vfio *vendor)
{
	vendor_file_end(&vendor->saving);
	return ERR_PTR(vendor_single_command(vendor, VENDOR_SAVE_END));
}

static struct file *vendor_end_loading(struct vendor_vfio *vendor)
{
	int ret = vendor_load_finish(vendor->loading);

	vendor_file_end(&vendor->loading);
	return ERR_PTR(ret);
}

/* The part of an arc that is about data. Returns the file of a new session, or NULL. */
static struct file *vendor_arc_data(struct vendor_vfio *vendor, enum vfio_device_mig_state new)
{
	const enum vfio_device_mig_state cur = vendor->state;

	if (!vendor_is_saving(cur) && vendor_is_saving(new))
		return vendor_begin_saving(vendor, new == VFIO_DEVICE_STATE_STOP_COPY);
	if (vendor_is_saving(cur) && !vendor_is_saving(new))
		return vendor_end_saving(vendor);
	if (cur == VFIO_DEVICE_STATE_PRE_COPY_P2P && new == VFIO_DEVICE_STATE_STOP_COPY)
		vendor_save_stopped(vendor->saving);
	if (new == VFIO_DEVICE_STATE_RESUMING)
		return vendor_session(vendor_load_open(vendor), &vendor->loading);
	return NULL;
}

/* The user put the device to sleep, and may wake it. */
static bool vendor_is_asleep(const struct vendor_vfio *vendor)
{
	return vendor->core.pdev->current_state >= PCI_D3hot;
}

/*
 * One arc of those in vfio_mig_get_next_state(). The device stops before the end of its data is
 * looked for.
 */
static struct file *vendor_arc(struct vendor_vfio *vendor, enum vfio_device_mig_state new)
{
	int ret;

	if (vendor_is_asleep(vendor))
		return ERR_PTR(-EIO);
	if (vendor->state == VFIO_DEVICE_STATE_RESUMING)
		return vendor_end_loading(vendor);
	ret = vendor_device_state(vendor, vendor_state_of(vendor->state), vendor_state_of(new));
	return ret ? ERR_PTR(ret) : vendor_arc_data(vendor, new);
}

/* Whether the device and the sessions are still those of the state. */
static bool vendor_is_consistent(struct vendor_vfio *vendor)
{
	const enum vendor_state state = vendor_state_of(vendor->state);

	return vendor_is_saving(vendor->state) == !!vendor->saving &&
	       (vendor->state == VFIO_DEVICE_STATE_RESUMING) == !!vendor->loading &&
	       !vendor_device_state(vendor, state, state);
}

/* An arc failed. If the device is not where it was, or does not answer, only a reset helps. */
static void vendor_arc_failed(struct vendor_vfio *vendor, long error)
{
	if (vendor_is_asleep(vendor))
		return;
	if (error != -ETIMEDOUT && vendor_is_consistent(vendor))
		return;
	vendor_end_sessions(vendor);
	vendor->state = VFIO_DEVICE_STATE_ERROR;
}

/* The core warns about a driver that asks it for a way out of ERROR: there is none. */
static int vendor_next_state(struct vendor_vfio *vendor, enum vfio_device_mig_state new,
			     enum vfio_device_mig_state *next)
{
	if (vendor->state == VFIO_DEVICE_STATE_ERROR)
		return -EINVAL;
	return vfio_mig_get_next_state(&vendor->core.vdev, vendor->state, new, next);
}

static struct file *vendor_set_state(struct vfio_device *vdev, enum vfio_device_mig_state new)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);
	enum vfio_device_mig_state next;
	struct file *filp = NULL;
	int ret;

	vendor_state_lock(vendor);
	while (new != vendor->state) {
		ret = vendor_next_state(vendor, new, &next);
		if (ret) {
			filp = ERR_PTR(ret);
			break;
		}
		filp = vendor_arc(vendor, next);
		if (IS_ERR(filp)) {
			vendor_arc_failed(vendor, PTR_ERR(filp));
			break;
		}
		vendor->state = next;
	}
	mutex_unlock(&vendor->state_lock);
	return filp;
}

static int vendor_get_state(struct vfio_device *vdev, enum vfio_device_mig_state *state)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);

	vendor_state_lock(vendor);
	*state = vendor->state;
	mutex_unlock(&vendor->state_lock);
	return 0;
}

static int vendor_get_data_size(struct vfio_device *vdev, unsigned long *len)
{
	struct vendor_vfio *vendor = vdev_to_vendor(vdev);
	struct vendor_access access;
	int ret;

	vendor_state_lock(vendor);
	*len = vendor->saving ? vendor_save_rest(vendor->saving) : 0;
	ret = vendor_access_begin(vendor, &access);
	if (!ret) {
		*len += vendor_read(vendor, VENDOR_LEFT);
		vendor_access_end(vendor, &access);
	}
	mutex_unlock(&vendor->state_lock);
	return ret;
}

const struct vfio_migration_ops vendor_migration_ops = {
	.migration_set_state		= vendor_set_state,
	.migration_get_state		= vendor_get_state,
	.migration_get_data_size	= vendor_get_data_size,
};
