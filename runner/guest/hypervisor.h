/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual machines by way of libvirt. One hypervisor a process, for its life
 * (libvirt's embed driver allows no more), and no fork without exec once it
 * is open.
 */
#ifndef RUNNER_GUEST_HYPERVISOR_H
#define RUNNER_GUEST_HYPERVISOR_H

#include "lab/base/buf.h"

struct hypervisor;
struct vm;

/* How a virtual machine came to its end. */
enum vm_end {
	VM_RUNNING,
	VM_PANICKED,	/* the guest's kernel said so through the panic device */
	VM_POWERED_OFF, /* the guest did it */
	VM_RESET,	/* the guest did it, or its processor gave up (triple fault) */
	VM_DIED,	/* QEMU went away by itself, or was killed */
};

/*
 * Connect to URI, or where that is NULL to libvirt's embedded driver with its
 * files below ROOT (short: socket names). Blocks, 2 s where QEMU has not been
 * probed yet. 0, or -EIO and one line in WHY.
 */
int hypervisor_open(const char *uri, const char *root, struct hypervisor **hypervisor,
		    struct buf *why);

/*
 * Create the virtual machine that XML describes, its processors stopped. Blocks. 0, or -EIO and
 * WHY.
 */
int vm_create(struct hypervisor *hypervisor, const char *xml, struct vm **vm, struct buf *why);

/* Let the processors run. 0 or -EIO and WHY. */
int vm_resume(struct vm *vm, struct buf *why);

/* Readable once the machine has ended. Belongs to VM. */
int vm_fd(const struct vm *vm);

/* How it ended. Does not block. */
enum vm_end vm_ended(const struct vm *vm);

/*
 * Have QEMU's monitor (HMP) carry out LINE. 0 and what it said in SAID, or -EIO and why not.
 * Blocks.
 */
int vm_monitor(struct vm *vm, const char *line, struct buf *said);

/* What was said to be deleted until now is of no interest. */
void vm_forget_deleted(struct vm *vm);

/*
 * Wait until QEMU has deleted the device ID (DEVICE_DELETED), at most MS milliseconds. 0 or
 * -ETIMEDOUT.
 */
int vm_await_deleted(struct vm *vm, const char *id, unsigned int ms);

/* End the machine if it runs, and free VM (which may be NULL). Blocks until QEMU is gone. */
void vm_destroy(struct vm *vm);

/*
 * QEMU's log of the machine NAME, its command line and last words, in *LOG,
 * which the caller frees. 0, or -errno (-ENOENT: libvirt is not embedded).
 */
int vm_log(const struct hypervisor *hypervisor, const char *name, char **log);

/* QEMU's command line for XML, which the caller frees, in *ARGV. 0, or -EIO and WHY. */
int vm_qemu_line(struct hypervisor *hypervisor, const char *xml, char **argv, struct buf *why);

#endif
