/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel memory without any remaining reference, as found by kmemleak
 * (Documentation/dev-tools/kmemleak.rst).
 */
#ifndef SCENARIOS_LIB_KERNEL_KMEMLEAK_H
#define SCENARIOS_LIB_KERNEL_KMEMLEAK_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leak {
	unsigned long bytes;
	/* When it was allocated, on the clock of now_ms(); -1 if the kernel does not report it. */
	int64_t since_ms;
	/* Of the allocation: "kmalloc+0x8/0x10 < x+0x4/0x8 < ...", innermost first. */
	char *stack;
};

struct leaks {
	struct leak *items;
	size_t count;
};

/* Returns true if this kernel has kmemleak. */
bool kmemleak_available(void);

/* Parse REPORT, read from kmemleak at READ_MS; it is modified. Malformed parts are ignored. */
void kmemleak_parse(char *report, int64_t read_ms, struct leaks *leaks);

/*
 * Have kmemleak search for leaks of memory allocated before now. Each leak is reported once: the
 * next search does not find it again. Returns 0 or -errno (-EPERM: it has disabled itself). Blocks,
 * for five seconds and several scans.
 */
int kmemleak_find(struct leaks *leaks);

void leaks_free(struct leaks *leaks);
#define cleanup_leaks __attribute__((cleanup(leaks_free)))

#endif
