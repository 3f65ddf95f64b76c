/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of vendor-vfio-pci.
 *
 * Lock order: state_lock, then the lock of a data file, then the core's memory_lock. User memory is
 * never accessed under the last, because a fault on a mapped BAR takes it. A reset arrives with
 * memory_lock held, so it takes none of them: it only sets was_reset.
 */
#ifndef VENDOR_VFIO_PCI_H
#define VENDOR_VFIO_PCI_H

#include <linux/mutex.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"
#include "compat-migration.h"
#include "vendor-regs.h"

/* The BAR with the registers of migration, which the user does not get. */
#define VENDOR_CONTROL_BAR	1

/* The file of a data transfer session. It may outlive the device. */
struct vendor_file {
	struct file *filp;
	struct mutex lock;		/* all members below */
	struct vendor_vfio *vendor;	/* NULL: the session has ended */
	bool stopped;			/* saving: in STOP_COPY, where the data end */
	bool initial;			/* saving: the record counts as initial bytes */
	int error;			/* the stream is broken for this reason */
	u32 len;			/* bytes of the record */
	u32 pos;			/* those that were read or written */
	u8 record[VENDOR_WINDOW_SIZE];
};

struct vendor_vfio {
	struct vfio_pci_core_device core;	/* must come first */
	void __iomem *control;			/* while the device is open */
	atomic_t was_reset;			/* a reset that is to be noticed */
	struct mutex state_lock;		/* all members below */
	enum vfio_device_mig_state state;
	struct vendor_file *saving;
	struct vendor_file *loading;
	bool logging;
	u32 log_page;				/* bytes of a page of the log */
};

static inline struct vendor_vfio *vdev_to_vendor(struct vfio_device *vdev)
{
	return container_of(vdev, struct vendor_vfio, core.vdev);
}

/* control.c: the registers of migration. All functions return 0 or -errno. */

/*
 * Lock and wake the device, so that the functions below work. -ENODEV: the device is gone.
 * -EIO: the user put it to sleep.
 */
struct vendor_access {
	u16 command;
};
int vendor_access_begin(struct vendor_vfio *vendor, struct vendor_access *access);
void vendor_access_end(struct vendor_vfio *vendor, struct vendor_access *access);

u32 vendor_read(struct vendor_vfio *vendor, u32 reg);
void vendor_write(struct vendor_vfio *vendor, u32 reg, u32 value);
void vendor_write64(struct vendor_vfio *vendor, u32 reg, u64 value);

/* Perform a command and wait for it. Returns the device's error, or -ETIMEDOUT. */
int vendor_command(struct vendor_vfio *vendor, enum vendor_command command);

/* The same with its own access. */
int vendor_single_command(struct vendor_vfio *vendor, enum vendor_command command);

/* The window, LEN bytes from its begin. */
void vendor_window_read(struct vendor_vfio *vendor, void *to, u32 len);
void vendor_window_write(struct vendor_vfio *vendor, const void *from, u32 len);

/* Change the state of the device from one that is expected; -EIO: it has another one. */
int vendor_device_state(struct vendor_vfio *vendor, enum vendor_state from, enum vendor_state to);

/* state.c */
extern const struct vfio_migration_ops vendor_migration_ops;

/* Take the lock of the state, and notice a reset since. */
void vendor_state_lock(struct vendor_vfio *vendor);

/* End the sessions, because the device is closed or was reset. With state_lock. */
void vendor_end_sessions(struct vendor_vfio *vendor);

/* Set the state that a device has after open. */
void vendor_state_open(struct vendor_vfio *vendor);

/* save.c, load.c */
struct vendor_file *vendor_file_open(struct vendor_vfio *vendor, const char *name,
				     const struct file_operations *fops, int flags);

/* Tell the device to begin the session of FILE. If it refuses, FILE ends. FILE may be an error. */
struct vendor_file *vendor_file_start(struct vendor_file *file, enum vendor_command command);

struct vendor_file *vendor_save_open(struct vendor_vfio *vendor);
struct vendor_file *vendor_load_open(struct vendor_vfio *vendor);

/* End the session of *FILE, which may be NULL, and forget it. */
void vendor_file_end(struct vendor_file **file);
int vendor_file_release(struct inode *inode, struct file *filp);

/* Returns -errno if FILE, which is locked, transfers no data any more. */
int vendor_file_check(struct vendor_file *file);

/* The device is stopped: from now on the data of the session have an end. */
void vendor_save_stopped(struct vendor_file *file);

/* Bytes of the current record that were not read yet. */
u32 vendor_save_rest(struct vendor_file *file);

/* Returns 0 if a whole state was written and loaded. */
int vendor_load_finish(struct vendor_file *file);

/* region.c: the core's operations, without the BAR that the user does not get. */
ssize_t vendor_region_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *pos);
ssize_t vendor_region_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			    loff_t *pos);
int vendor_region_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);
long vendor_region_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg);
#ifdef HAVE_CORE_GET_REGION_INFO
int vendor_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
		       struct vfio_info_cap *caps);
#endif
#ifdef HAVE_CORE_DEVICE_OPS
extern const struct vfio_pci_device_ops vendor_pci_ops;
#endif

/* log.c */
extern const struct vfio_log_ops vendor_log_ops;

#endif
