// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/slab.h"

#include "lab/base/alloc.h"
#include "scenarios/lib/kernel/kmemleak.h"
#include "scenarios/lib/kernel/rcu.h"
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER	    "/sys/kernel/slab"
#define OBJECTS_MIN 16 /* objects in a slab */
#define TRIES	    8

struct slab_cache {
	char *name;
	int shrink, objects; /* kept open: opening a file allocates */
	long in_slab;	     /* objects; 0: the count includes those of full slabs */
	long last, grown;
};

static int open_attribute(const char *cache, const char *attribute, int flags)
{
	cleanup_free char *path = text(FOLDER "/%s/%s", cache, attribute);

	return open(path, flags | O_CLOEXEC);
}

static long number(int fd)
{
	char value[256] = "";

	return pread(fd, value, sizeof(value) - 1, 0) < 0 ? 0 : strtol(value, NULL, 10);
}

/* A shrink flushes the slabs of each processor, whose objects all count as allocated. */
static long objects_now(const struct slab_cache *cache)
{
	if (value_write_again(cache->shrink, "1"))
		return 0;
	return number(cache->objects);
}

/* Count until two counts agree: an allocation in between assigns a slab to a processor again. */
static long objects(const struct slab_cache *cache)
{
	long before = objects_now(cache), now;

	for (unsigned int tries = 0; tries < TRIES; tries++, before = now) {
		now = objects_now(cache);
		if (now == before)
			break;
	}
	return before;
}

/*
 * Returns the change of the count from LAST to NOW. Without full slabs it is known only modulo the
 * objects of a slab: take the shorter distance, or, if both are equal, the observed direction.
 */
static long step(const struct slab_cache *cache, long now)
{
	const long seen = now - cache->last;
	long forward;

	if (!cache->in_slab)
		return seen;
	forward = (seen % cache->in_slab + cache->in_slab) % cache->in_slab;
	if (2 * forward == cache->in_slab)
		return seen > 0 ? forward : -forward;
	return 2 * forward > cache->in_slab ? forward - cache->in_slab : forward;
}

/* Caches whose objects are freed in batches: areas of the kernel's address space. */
static const char *const lazy[] = {"vmap_area"};

/* Returns true if NAME is one of them, or a cache that the kernel has merged one of them into. */
static bool is_lazy(int folder, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(lazy); i++) {
		char merged[64] = "";

		if (readlinkat(folder, lazy[i], merged, sizeof(merged) - 1) < 0)
			*merged = '\0';
		if (!strcmp(name, lazy[i]) || !strcmp(name, merged))
			return true;
	}
	return false;
}

/* A symbolic link is an alias of a cache. */
static bool is_cache(int folder, const char *name)
{
	struct stat stat;

	return *name != '.' && !is_lazy(folder, name) &&
	       !fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) && S_ISDIR(stat.st_mode);
}

/* With CONFIG_SLUB_DEBUG the kernel counts full slabs, too, and has this attribute. */
static bool counts_full_slabs(int folder, const char *name)
{
	cleanup_free char *path = text("%s/total_objects", name);

	return !faccessat(folder, path, F_OK, 0);
}

static void add(struct slab *slab, int folder, const char *name)
{
	const bool full = counts_full_slabs(folder, name);
	cleanup_close int in_slab = open_attribute(name, "objs_per_slab", O_RDONLY);
	struct slab_cache cache = {.in_slab = full ? 0 : number(in_slab)};

	if (!full && cache.in_slab < OBJECTS_MIN)
		return;
	cache.name = strdup(name);
	cache.shrink = open_attribute(name, "shrink", O_WRONLY);
	cache.objects = open_attribute(name, full ? "objects" : "objects_partial", O_RDONLY);
	slab->modulo |= !full;
	slab->caches = one_more(slab->caches, slab->count, sizeof(*slab->caches));
	slab->caches[slab->count++] = cache;
}

/* A kernel with kmemleak is a debug kernel: its shrinks are too slow for any deadline. */
const char *slab_open(struct slab *slab)
{
	cleanup_dir DIR *dir = opendir(FOLDER);
	struct dirent *entry;

	*slab = (struct slab){0};
	if (kmemleak_available())
		return "this kernel's leaks are found by kmemleak";
	while (dir && (entry = readdir(dir))) {
		if (is_cache(dirfd(dir), entry->d_name))
			add(slab, dirfd(dir), entry->d_name);
	}
	return slab->count ? NULL : "the kernel does not count its objects in " FOLDER;
}

bool slab_force_frees(struct slab *slab)
{
	slab->force_frees = slab->count && rcu_flush_kfree();
	return slab->force_frees;
}

/* Since 6.1 the kernel frees the state of an open sysfs file with kfree_rcu(). */
void slab_free_late(void)
{
	cleanup_close int fd = open_attribute("kmalloc-64", "objs_per_slab", O_RDONLY);
}

void slab_count(struct slab *slab)
{
	if (!slab->count)
		return;
	if (slab->force_frees)
		rcu_flush_kfree();
	rcu_settle(); /* do not count objects that wait for a grace period */
	for (size_t i = 0; i < slab->count; i++) {
		struct slab_cache *cache = &slab->caches[i];
		const long now = objects(cache);

		cache->grown += step(cache, now);
		cache->last = now;
	}
}

const char *slab_name(const struct slab *slab, size_t cache)
{
	return slab->caches[cache].name;
}

long slab_take_growth(struct slab *slab, size_t cache)
{
	const long grown = slab->caches[cache].grown;

	slab->caches[cache].grown = 0;
	return grown;
}

void slab_close(struct slab *slab)
{
	for (size_t i = 0; i < slab->count; i++) {
		struct slab_cache *cache = &slab->caches[i];

		free(cache->name);
		close(cache->shrink);
		close(cache->objects);
	}
	free(slab->caches);
	*slab = (struct slab){0};
}
