/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts of the kernel's allocated objects, for each slab cache
 * (Documentation/ABI/testing/sysfs-kernel-slab). Scenarios use growth.h, which judges how these
 * counts change.
 */
#ifndef SCENARIOS_LIB_KERNEL_SLAB_H
#define SCENARIOS_LIB_KERNEL_SLAB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The slab caches; {0} has none. Without CONFIG_SLUB_DEBUG, caches with fewer than 16 objects in a
 * slab (objects of 512 bytes and more) are omitted, because their counts are too imprecise.
 */
struct slab {
	struct slab_cache *caches;
	size_t count;
	bool modulo; /* counts are known only modulo the objects of a slab */
	bool force_frees;
};

/*
 * Find the caches. Returns NULL, or why this kernel's objects cannot be counted: it has no counts,
 * or it has kmemleak, which finds the same leaks. Call slab_close in either case.
 */
const char *slab_open(struct slab *slab);

/* Have the kernel allocate and free an object, with a late free if the kernel has late frees. */
void slab_free_late(void);

/*
 * From now on, before each count, force the frees that the kernel delays for seconds. Slow. Returns
 * false if this has no effect: no caches, or a kernel without late frees (rcu_flush_kfree).
 */
bool slab_force_frees(struct slab *slab);

/*
 * Count the allocations and frees since the last call; the first call only sets the base. Without
 * CONFIG_SLUB_DEBUG the kernel does not count full slabs, and counts are known only modulo the
 * objects of a slab (`modulo'): call this often enough that less than half a slab is allocated in
 * between. Blocks for RCU grace periods.
 */
void slab_count(struct slab *slab);

/* Returns the name of a cache, valid until slab_close. */
const char *slab_name(const struct slab *slab, size_t cache);

/*
 * Returns by how many objects a cache has grown, and resets that to 0. Undefined before the second
 * slab_count.
 */
long slab_take_growth(struct slab *slab, size_t cache);

/* For cleanup; also of {0}. */
void slab_close(struct slab *slab);

#endif
