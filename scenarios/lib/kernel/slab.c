// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/slab.h"

#include "lab/base/alloc.h"
#include "scenarios/agent/kmemleak.h"
#include "scenarios/lib/kernel/rcu.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "/sys/kernel/slab"
#define FEWEST 16 /* objects in a slab */
#define TRIES  8

struct slab_cache {
	char *name;
	int shrink, partial; /* kept open: to open a file takes objects itself */
	long in_slab;	     /* objects */
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

/* A shrink takes back the slab that each processor keeps, so that only full and partial ones are left. */
static long objects_now(const struct slab_cache *cache)
{
	if (pwrite(cache->shrink, "1", 1, 0) < 0)
		return 0;
	return number(cache->partial);
}

/* Until two counts are the same: if someone took an object in between, a processor has a slab again. */
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

/* The short way round from LAST to NOW, on a circle as long as a slab; where both are as short, the way that was seen. */
static long step(const struct slab_cache *cache, long now)
{
	const long seen = now - cache->last;
	const long forward = (seen % cache->in_slab + cache->in_slab) % cache->in_slab;

	if (2 * forward == cache->in_slab)
		return seen > 0 ? forward : -forward;
	return 2 * forward > cache->in_slab ? forward - cache->in_slab : forward;
}

/* What is given back only when enough of it has come together: areas of the kernel's address space. */
static const char *const lazy[] = {"vmap_area"};

static bool is_lazy(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(lazy); i++) {
		if (!strcmp(name, lazy[i]))
			return true;
	}
	return false;
}

/* Links are other names of the same cache. */
static bool is_cache(int folder, const char *name)
{
	struct stat stat;

	return *name != '.' && !is_lazy(name) && !fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) &&
	       S_ISDIR(stat.st_mode);
}

static void add(struct slab *slab, const char *name)
{
	cleanup_close int in_slab = open_attribute(name, "objs_per_slab", O_RDONLY);
	struct slab_cache cache = {.in_slab = number(in_slab)};

	if (cache.in_slab < FEWEST)
		return;
	cache.name = strdup(name);
	cache.shrink = open_attribute(name, "shrink", O_WRONLY);
	cache.partial = open_attribute(name, "objects_partial", O_RDONLY);
	slab->caches = one_more(slab->caches, slab->count, sizeof(*slab->caches));
	slab->caches[slab->count++] = cache;
}

/* How often is counted to see whether that leaves something. */
#define ROUNDS 8

/* Since 6.2 kfree_rcu() frees after seconds, what an open file of sysfs took among it: counting alone fills a cache. */
static bool counting_tells(struct slab *slab)
{
	bool tells;

	if (!rcu_settle())
		return true;
	for (unsigned int i = 0; i < ROUNDS; i++)
		slab_count(slab);
	tells = !slab_grew(slab, ROUNDS);
	slab_restart(slab);
	return tells;
}

/* A kernel that looks for leaks itself is one for debugging, where a shrink takes so long that no deadline is met. */
bool slab_start(struct slab *slab)
{
	cleanup_dir DIR *dir = kmemleak_there() ? NULL : opendir(FOLDER);
	struct dirent *entry;

	*slab = (struct slab){NULL, 0};
	while (dir && (entry = readdir(dir))) {
		if (is_cache(dirfd(dir), entry->d_name))
			add(slab, entry->d_name);
	}
	slab_restart(slab);
	if (!counting_tells(slab))
		slab_free(slab);
	return slab->count;
}

void slab_restart(struct slab *slab)
{
	slab_count(slab);
	for (size_t i = 0; i < slab->count; i++)
		slab->caches[i].grown = 0;
}

void slab_count(struct slab *slab)
{
	rcu_settle(); /* objects that wait for a grace period are as good as gone */
	for (size_t i = 0; i < slab->count; i++) {
		struct slab_cache *cache = &slab->caches[i];
		const long now = objects(cache);

		cache->grown += step(cache, now);
		cache->last = now;
	}
}

const char *slab_grew(const struct slab *slab, long limit)
{
	for (size_t i = 0; i < slab->count; i++) {
		if (slab->caches[i].grown >= limit)
			return text("%s has %ld objects more", slab->caches[i].name, slab->caches[i].grown);
	}
	return NULL;
}

void slab_free(struct slab *slab)
{
	for (size_t i = 0; i < slab->count; i++) {
		struct slab_cache *cache = &slab->caches[i];

		free(cache->name);
		close(cache->shrink);
		close(cache->partial);
	}
	free(slab->caches);
	*slab = (struct slab){NULL, 0};
}
