/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the kernel's that nobody refers to any more, as kmemleak
 * (Documentation/dev-tools/kmemleak.rst) finds it.
 */
#ifndef SCENARIOS_LIB_KERNEL_KMEMLEAK_H
#define SCENARIOS_LIB_KERNEL_KMEMLEAK_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leak {
	unsigned long bytes;
	/* When it was allocated, on the clock of now_ms(); -1 where the kernel does not say. */
	int64_t since_ms;
	/* Of the allocation: "kmalloc+0x8/0x10 < x+0x4/0x8 < ...", the innermost first. */
	char *stack;
};

struct leaks {
	struct leak *items;
	size_t count;
};

/* Whether this kernel can be asked. */
bool kmemleak_there(void);

/*
 * Take apart REPORT, what was read of kmemleak at READ_MS (written into). What is not understood is
 * left out.
 */
void kmemleak_parse(char *report, int64_t read_ms, struct leaks *leaks);

/*
 * Have kmemleak look for what was allocated before now, once: the next look does not find it again.
 * 0 or -errno (-EPERM: it has given up). Blocks, for five seconds and several scans.
 */
int kmemleak_find(struct leaks *leaks);

void leaks_free(struct leaks *leaks);
#define cleanup_leaks __attribute__((cleanup(leaks_free)))

#endif
