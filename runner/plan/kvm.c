// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/kvm.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>

enum {
	RAM_SIZE = 0x2000,
	CODE_ADDRESS = 0x1000,
	DONE_PORT = 0x10,
	LIMIT_US = 25 * 1000, /* CPU time; native execution takes a twentieth of this */
};

/* mov $1000000, %ecx; 1: dec %ecx; jnz 1b; out %al, $DONE_PORT */
static const unsigned char code[] = {0xb9, 0x40, 0x42, 0x0f, 0x00,
				     0x49, 0x75, 0xfd, 0xe6, DONE_PORT};

struct kvm_vm {
	int kvm;
	int fd;
	int vcpu;
	void *ram;
	struct kvm_run *run;
	size_t run_size;
};

static void vm_end(struct kvm_vm *vm)
{
	if (vm->run != MAP_FAILED)
		munmap(vm->run, vm->run_size);
	if (vm->ram != MAP_FAILED)
		munmap(vm->ram, RAM_SIZE);
	cleanup_close_p(&vm->vcpu);
	cleanup_close_p(&vm->fd);
	cleanup_close_p(&vm->kvm);
}

static int add_ram(struct kvm_vm *vm)
{
	struct kvm_userspace_memory_region region = {.memory_size = RAM_SIZE};

	vm->ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (vm->ram == MAP_FAILED)
		return -errno;
	memcpy((char *)vm->ram + CODE_ADDRESS, code, sizeof(code));
	region.userspace_addr = (uintptr_t)vm->ram;
	return ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region) ? -errno : 0;
}

static int add_vcpu(struct kvm_vm *vm)
{
	int size = ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	vm->vcpu = ioctl(vm->fd, KVM_CREATE_VCPU, 0);
	if (size < 0 || vm->vcpu < 0)
		return -errno;
	vm->run_size = (size_t)size;
	vm->run = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpu, 0);
	return vm->run == MAP_FAILED ? -errno : 0;
}

/* Flat 32-bit segments, as at the PVH entry point: a vCPU starts in 16-bit real mode. */
static int enter_protected_mode(const struct kvm_vm *vm)
{
	struct kvm_segment flat = {.limit = 0xffffffff,
				   .selector = 0x10,
				   .type = 0x3,
				   .present = 1,
				   .db = 1,
				   .s = 1,
				   .g = 1};
	struct kvm_regs regs = {.rip = CODE_ADDRESS, .rflags = 0x2};
	struct kvm_sregs sregs;

	if (ioctl(vm->vcpu, KVM_GET_SREGS, &sregs))
		return -errno;
	sregs.cr0 |= 0x1;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = flat;
	flat.selector = 0x8;
	flat.type = 0xb;
	sregs.cs = flat;
	if (ioctl(vm->vcpu, KVM_SET_SREGS, &sregs) || ioctl(vm->vcpu, KVM_SET_REGS, &regs))
		return -errno;
	return 0;
}

static int vm_begin(struct kvm_vm *vm)
{
	int err;

	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		return -errno;
	vm->fd = ioctl(vm->kvm, KVM_CREATE_VM, 0);
	if (vm->fd < 0)
		return -errno;
	err = add_ram(vm);
	if (!err)
		err = add_vcpu(vm);
	return err ?: enter_protected_mode(vm);
}

static void interrupt(int signo)
{
	(void)signo;
}

/* Run the vCPU until it writes to DONE_PORT. Returns 0, -EINTR at the time limit, or -errno. */
static int vm_run(const struct kvm_vm *vm)
{
	/* A repeating timer, as the first signal may arrive before KVM_RUN. */
	const struct itimerval limit = {{0, LIMIT_US / 10}, {0, LIMIT_US}};
	const struct itimerval none = {0};
	struct sigaction old, act = {.sa_handler = interrupt};
	int err;

	sigaction(SIGPROF, &act, &old);
	setitimer(ITIMER_PROF, &limit, NULL);
	err = ioctl(vm->vcpu, KVM_RUN, 0) ? -errno : 0;
	setitimer(ITIMER_PROF, &none, NULL);
	sigaction(SIGPROF, &old, NULL);
	if (!err && (vm->run->exit_reason != KVM_EXIT_IO || vm->run->io.port != DONE_PORT))
		err = -EPROTO;
	return err;
}

bool kvm_usable(struct buf *why)
{
	struct kvm_vm vm = {.kvm = -1, .fd = -1, .vcpu = -1, .ram = MAP_FAILED, .run = MAP_FAILED};
	int err = vm_begin(&vm) ?: vm_run(&vm);

	if (err == -EINTR)
		buf_puts(why, "KVM on this host emulates early boot code in software and is slower "
			      "than TCG");
	else if (err)
		buf_printf(why, "/dev/kvm cannot be used here: %s", strerror(-err));
	vm_end(&vm);
	return !err;
}
