/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults injected into system calls (Documentation/fault-injection/fault-injection.rst): of all
 * that a call allocates with kmalloc() (failslab) and copies from and to user space
 * (fail_usercopy), the n-th fails. Other slabs are left
 * alone: they are those of file systems, ACPI and radix trees, some of which do not survive it
 * (docs/findings.md).
 */
#ifndef SCENARIOS_LIB_KERNEL_INJECT_H
#define SCENARIOS_LIB_KERNEL_INJECT_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/kernel/setting.h"

#include <stdbool.h>

/* Whether this kernel can have them. */
bool inject_there(void);

/* In the place of an ioctl's number, which is never 0. */
#define INJECT_WRITE 0

/* An ioctl, or a write, that is to meet every fault that it can. */
struct inject_call {
	int fd;
	unsigned long request; /* INJECT_WRITE: write ARG to FD */
	const void *arg;       /* LEN bytes, which each attempt gets a copy of */
	size_t len;
	int also[2]; /* errors that are right besides ENOMEM and EFAULT: -errno, or 0 */

	/* Undo what the call, which returned RET, has done. NULL: it leaves nothing behind. */
	void (*undo)(struct dut *dut, int ret, void *context);

	/*
	 * After a call that failed: NULL where nothing is left of it, else what is. NULL: nothing
	 * is looked at.
	 */
	const char *(*left)(struct dut *dut, void *context);
	void *context;
};

/*
 * Make CALL with the first of its allocations and copies failing, then with the second, and so on
 * until there is none left to fail; that last call must succeed. One that a fault has struck may
 * succeed, too: not all that is allocated is needed. NULL, or what was wrong. Blocks as often as
 * the call does.
 */
const char *inject_each(struct dut *dut, const struct inject_call *call);

#endif
