/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The user space interface of edu-vfio-pci in addition to vfio-pci's: a region, and an ioctl of the
 * device file.
 */
#ifndef EDU_VFIO_PCI_H
#define EDU_VFIO_PCI_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/vfio.h>

#define EDU_VFIO_VENDOR	0x1234
#define EDU_VFIO_DEVICE	0x11e8

/*
 * The log: a region of type EDU_VFIO_VENDOR | VFIO_REGION_TYPE_PCI_VENDOR_TYPE
 * that can be read and mapped, but not written.  Its counters begin when the
 * driver binds, and last until it unbinds.  Beyond the structure it reads as 0.
 */
#define EDU_VFIO_REGION_SUBTYPE_LOG	1
#define EDU_VFIO_LOG_SIZE		4096

struct edu_vfio_log {
	__le32	magic;
#define EDU_VFIO_LOG_MAGIC	0x56554445	/* "EDUV" */
	__le32	version;
#define EDU_VFIO_LOG_VERSION	1
	__le64	opens;		/* of the device by a first user */
	__le64	resets;		/* by VFIO_DEVICE_RESET, that worked */
	__le64	factorials;	/* computed */
};

/**
 * EDU_VFIO_FACTORIAL - _IO(VFIO_TYPE, VFIO_BASE + 100)
 * @arg: struct edu_vfio_factorial
 *
 * Make the device compute the factorial of @number, modulo 2^32, and wait for it. The device's
 * memory must be enabled.
 *
 * Return: 0 and @result, or -1 and errno:
 *  EINVAL	@argsz is too small, or @flags are not 0
 *  EIO		the device's memory is not enabled
 *  ETIMEDOUT	the device did not finish within 100 ms
 */
struct edu_vfio_factorial {
	__u32	argsz;
	__u32	flags;
	__u32	number;
	__u32	result;
};

#define EDU_VFIO_FACTORIAL	_IO(VFIO_TYPE, VFIO_BASE + 100)

#endif
