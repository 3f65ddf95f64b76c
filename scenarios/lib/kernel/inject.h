/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault injection into system calls (Documentation/fault-injection/fault-injection.rst): the n-th
 * of a call's kmalloc() allocations (failslab) and user space copies (fail_usercopy) fails. Other
 * slabs are spared: they belong to file systems, ACPI and radix trees, some of which do not survive
 * a failed allocation (docs/findings.md).
 */
#ifndef SCENARIOS_LIB_KERNEL_INJECT_H
#define SCENARIOS_LIB_KERNEL_INJECT_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/kernel/setting.h"

#include <stdbool.h>

/* Returns true if this kernel supports it. */
bool inject_available(void);

/* In place of an ioctl's number, which is never 0. */
#define INJECT_WRITE 0

/* An ioctl, or a write, to be tested with every possible fault. */
struct inject_call {
	int fd;
	unsigned long request; /* INJECT_WRITE: write ARG to FD */
	const void *arg;       /* LEN bytes; each attempt gets a copy */
	size_t len;
	int also[2]; /* valid errors besides ENOMEM and EFAULT: -errno, or 0 */

	/* Called before each attempt: returns true if step NTH must not fail. NULL: all may. */
	bool (*spared)(unsigned int nth, void *context);

	/* Undo the call's effect; RET is its result. NULL: it has none. */
	void (*undo)(struct dut *dut, int ret, void *context);

	/*
	 * Called after a failed call. Returns NULL, or a message about its leftovers. NULL: no
	 * check.
	 */
	const char *(*left)(struct dut *dut, void *context);
	void *context;
};

/*
 * Make CALL with the first of its allocations and copies failing, then with the second, and so on
 * until no fault fires; that last call must succeed. A call with a fault may succeed, too: not
 * every allocation is essential. Returns NULL, or a message. Blocks as long as all the calls do.
 */
const char *inject_each(struct dut *dut, const struct inject_call *call);

/*
 * Make CALL without a fault, undo it if it succeeds, and store in *STEPS how many allocations and
 * copies it made. Returns NULL, or a message. Blocks as long as the call does.
 */
const char *inject_count(struct dut *dut, const struct inject_call *call, unsigned int *steps);

#endif
