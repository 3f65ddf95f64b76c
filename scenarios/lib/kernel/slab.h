/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel's own allocations grow by, cache by cache (Documentation/ABI/testing/sysfs-kernel-slab), to find what
 * leaks an object each time.
 */
#ifndef SCENARIOS_LIB_KERNEL_SLAB_H
#define SCENARIOS_LIB_KERNEL_SLAB_H

#include <stdbool.h>
#include <stddef.h>

/* The caches, and how many objects came since slab_start; freed by slab_free. */
struct slab {
	struct slab_cache *caches;
	size_t count;
};

/*
 * Count from now on. Whether the kernel has what is counted with, and frees before it is counted; never one that has
 * kmemleak, which finds the same.
 */
bool slab_start(struct slab *slab);

/* Why a scenario is skipped where it has not. */
#define SLAB_UNTOLD "the kernel does not tell what is in its slabs, frees late, or looks for leaks itself"

/* Forget what came until now. */
void slab_restart(struct slab *slab);

/*
 * Count what came and went since the last call. A kernel that does not keep count of full slabs (no CONFIG_SLUB_DEBUG)
 * tells only objects modulo those that a slab has: call it often, before half of that can have come.
 */
void slab_count(struct slab *slab);

/*
 * NULL where no cache grew by LIMIT objects or more since slab_start, else which one, and how far. Caches of
 * which a slab has fewer than 16 objects (those of 512 bytes and more) tell too little, and are left out.
 */
const char *slab_grew(const struct slab *slab, long limit);

/* NULL-safe, for cleanup_slab. */
void slab_free(struct slab *slab);

#define cleanup_slab __attribute__((cleanup(slab_free)))

#endif
