/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many objects the kernel has allocated, slab cache by slab cache
 * (Documentation/ABI/testing/sysfs-kernel-slab). Scenarios use growth.h, which judges how these
 * counts change.
 */
#ifndef SCENARIOS_LIB_KERNEL_SLAB_H
#define SCENARIOS_LIB_KERNEL_SLAB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The slab caches; {0} has none. Without CONFIG_SLUB_DEBUG, those of which a slab has fewer than 16
 * objects (of 512 bytes and more) are left out, as their counts say too little.
 */
struct slab {
	struct slab_cache *caches;
	size_t count;
	bool modulo; /* of a cache only the count modulo the objects of a slab is known */
	bool force_frees;
};

/*
 * Find the caches. Returns NULL, or why this kernel's objects cannot be counted: it has no counts,
 * or it has kmemleak, which finds the same. Call slab_close in either case.
 */
const char *slab_open(struct slab *slab);

/* Have the kernel allocate an object and free it, late if it frees any late. */
void slab_free_late(void);

/*
 * From now on, before each count, have the kernel free what it would free seconds later. Slow.
 * Returns false if there is nothing to do: no caches, or a kernel that frees in time
 * (rcu_flush_kfree).
 */
bool slab_force_frees(struct slab *slab);

/*
 * Count what was allocated and freed since the last call; the first one only sets the base. Without
 * CONFIG_SLUB_DEBUG the kernel does not count full slabs, and counts are known only modulo the
 * objects of a slab (`modulo'): call this often, before half a slab can have been allocated. Blocks
 * for RCU grace periods.
 */
void slab_count(struct slab *slab);

/* The name of a cache, valid until slab_close. */
const char *slab_name(const struct slab *slab, size_t cache);

/*
 * By how many objects a cache has grown, and start again from 0. Means nothing before the second
 * slab_count.
 */
long slab_take_growth(struct slab *slab, size_t cache);

/* For cleanup; also of {0}. */
void slab_close(struct slab *slab);

#endif
