/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The user space interface of mediated-testdev in addition to that of a VFIO PCI device: ioctls of
 * the device file, by which a test has the driver pin, unpin and access the user's memory.
 */
#ifndef MEDIATED_TESTDEV_UAPI_H
#define MEDIATED_TESTDEV_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/vfio.h>

/* Access to memory: of the device to pinned pages, or of a copy. */
#define MEDIATED_READ	(1 << 0)
#define MEDIATED_WRITE	(1 << 1)

/**
 * MEDIATED_PIN - _IO(VFIO_TYPE, VFIO_BASE + 110)
 * MEDIATED_UNPIN - _IO(VFIO_TYPE, VFIO_BASE + 111)
 * @arg: struct mediated_pin
 *
 * Pin @pages pages from @iova on, which need not be the start of a page, for the access @flags; or
 * release what one such call has pinned. Pages stay pinned until then, until they are unmapped,
 * until the device moves to another address space, or until it is reset or closed. No flags are
 * passed on as they are.
 *
 * Return: 0, or -1 and errno:
 *  EINVAL	@argsz is too small, or there are unknown @flags
 *  ENOENT	MEDIATED_UNPIN: no call has pinned exactly these pages
 *  others	of vfio_pin_pages()
 */
struct mediated_pin {
	__u32	argsz;
	__u32	flags;
	__u64	iova;
	__u32	pages;
	__u32	reserved;
};

#define MEDIATED_PIN	_IO(VFIO_TYPE, VFIO_BASE + 110)
#define MEDIATED_UNPIN	_IO(VFIO_TYPE, VFIO_BASE + 111)

/**
 * MEDIATED_COPY - _IO(VFIO_TYPE, VFIO_BASE + 112)
 * @arg: struct mediated_copy
 *
 * Have the driver copy @len bytes at @iova to @data (MEDIATED_READ) or the other way round
 * (MEDIATED_WRITE) by vfio_dma_rw(), without pins of its own. With MEDIATED_KTHREAD a kernel thread
 * makes the copy.
 *
 * Return: 0, or -1 and errno:
 *  EINVAL	@argsz is too small, or @flags are not valid
 *  E2BIG	@len is more than MEDIATED_COPY_MAX
 *  others	of vfio_dma_rw()
 */
struct mediated_copy {
	__u32	argsz;
	__u32	flags;
#define MEDIATED_KTHREAD	(1 << 2)
	__u64	iova;
	__u64	data;
	__u32	len;
	__u32	reserved;
};

#define MEDIATED_COPY_MAX	(1 << 16)
#define MEDIATED_COPY		_IO(VFIO_TYPE, VFIO_BASE + 112)

/**
 * MEDIATED_STATUS - _IO(VFIO_TYPE, VFIO_BASE + 113)
 * @arg: struct mediated_status, with @argsz
 *
 * Get the number of pins, and what the kernel has asked the driver to release since it was opened.
 */
struct mediated_status {
	__u32	argsz;
	__u32	pins;		/* that exist, of the user and of DMA */
	__u32	unmaps;		/* calls of dma_unmap() */
	__u32	released;	/* pins that these have released */
	__u64	iova, length;	/* of the last of these calls */
};

#define MEDIATED_STATUS	_IO(VFIO_TYPE, VFIO_BASE + 113)

/**
 * MEDIATED_HOLD - _IO(VFIO_TYPE, VFIO_BASE + 114)
 * @arg: 1 or 0
 *
 * Act as a device whose DMA lasts: from 1 to 0, or the close of the device, a dma_unmap() waits
 * before it releases anything.
 */
#define MEDIATED_HOLD	_IO(VFIO_TYPE, VFIO_BASE + 114)

#endif
