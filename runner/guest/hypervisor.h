/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual machines, through libvirt. A process opens one hypervisor and keeps it, as libvirt's
 * embed driver allows no more. Afterwards the process must not fork without exec.
 */
#ifndef RUNNER_GUEST_HYPERVISOR_H
#define RUNNER_GUEST_HYPERVISOR_H

#include "lab/base/buf.h"

struct hypervisor;
struct vm;

/* How a virtual machine ended. */
enum vm_end {
	VM_RUNNING,
	VM_PANICKED,	/* the guest's kernel reported a panic through the panic device */
	VM_POWERED_OFF, /* by the guest */
	VM_RESET,	/* by the guest, or by a triple fault */
	VM_DISK_FULL,	/* QEMU stopped it: the host has no space for what it wrote to its disk */
	VM_DIED,	/* QEMU exited or was killed */
};

/*
 * Connect to URI or, if that is NULL, to libvirt's embedded driver with its files below ROOT, which
 * must be short as it contains sockets. Blocks, for about 2 s if libvirt has not probed QEMU yet.
 * Returns 0, or -EIO with a message in WHY.
 */
int hypervisor_open(const char *uri, const char *root, struct hypervisor **hypervisor,
		    struct buf *why);

/*
 * Create the virtual machine that XML describes, with its vCPUs stopped. Blocks until QEMU is up.
 * The caller ends *VM with vm_destroy(). Returns 0, or -EIO with a message in WHY.
 */
int vm_create(struct hypervisor *hypervisor, const char *xml, struct vm **vm, struct buf *why);

/* Start the vCPUs. Blocks. Returns 0, or -EIO with a message in WHY. */
int vm_resume(struct vm *vm, struct buf *why);

/* A file descriptor that becomes readable when the machine has ended. VM owns it. */
int vm_fd(const struct vm *vm);

/* How the machine ended, or VM_RUNNING. Does not block. */
enum vm_end vm_ended(const struct vm *vm);

/* Let the machine count as running again, if its guest has reset it: it goes on. */
void vm_forget_reset(struct vm *vm);

/*
 * Execute LINE in QEMU's monitor (HMP). Blocks until it answers. Returns 0 with the monitor's
 * output in REPLY, or -EIO with a message in REPLY.
 */
int vm_monitor(struct vm *vm, const char *line, struct buf *reply);

/* Plug in DEVICE, in JSON (device_add). Blocks. Returns 0, or -EIO with a message in REPLY. */
int vm_plug(struct vm *vm, const char *device, struct buf *reply);

/* Discard the DEVICE_DELETED events that arrived so far. */
void vm_forget_deleted(struct vm *vm);

/*
 * Wait for at most MS milliseconds until QEMU has removed the device ID (DEVICE_DELETED). Returns 0
 * or -ETIMEDOUT.
 */
int vm_await_deleted(struct vm *vm, const char *id, unsigned int ms);

/*
 * Write the memory of the machine, which may have panicked, to the new file PATH as a compressed
 * kdump. Blocks for up to MS milliseconds: QEMU may hang as well. After -ETIMEDOUT the machine can
 * only be destroyed. Returns 0, or -errno with a message in WHY.
 */
int vm_dump(struct vm *vm, const char *path, unsigned int ms, struct buf *why);

/* Kill the machine if it runs, and free VM, which may be NULL. Blocks until QEMU has exited. */
void vm_destroy(struct vm *vm);

/*
 * Read QEMU's log of the machine NAME, with its command line and its errors, into *LOG, which the
 * caller frees. Returns 0 or -errno: -ENOENT if libvirt is not embedded.
 */
int vm_log(const struct hypervisor *hypervisor, const char *name, char **log);

/*
 * Convert XML to QEMU's command line in *ARGV, which the caller frees. Blocks. Returns 0, or -EIO
 * with a message in WHY.
 */
int vm_qemu_line(struct hypervisor *hypervisor, const char *xml, char **argv, struct buf *why);

#endif
