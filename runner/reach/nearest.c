// SPDX-License-Identifier: GPL-2.0-only
/* Which of the known kernels is nearest to one that is asked for. */
#include "runner/reach/reach.h"

#include "lab/base/cleanup.h"
#include "runner/plan/kernel-meta.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_NAME "reach.db"

/* A tree is nearer than any version; the same series on it is nearer still. */
enum { FAR_TREE = 1000000, FAR_SERIES = 1000 };

struct near_to {
	char *tree, *series, *release;
};

char *reach_path(const struct settings *settings, const char *name)
{
	cleanup_free char *folder = text("%s/kernels/%s", settings->out, name);
	cleanup_free char *key = kernel_key(folder);

	return text("%s/reach/%s/" FILE_NAME, settings->cache, key ?: "none");
}

/* The version of RELEASE, "6.12.57", as one number; 0: unknown. */
static int version_of(const char *release)
{
	unsigned int major = 0, minor = 0;

	return sscanf(release, "%u.%u", &major, &minor) == 2 ? (int)(major * 1000 + minor) : 0;
}

static int distance(const struct near_to *wanted, const struct reach *reach)
{
	int apart = abs(version_of(wanted->release) - version_of(reach->release));
	bool tree = !strcmp(wanted->tree, reach->tree);

	return (tree ? 0 : FAR_TREE + apart) +
	       (tree && !strcmp(wanted->series, reach->series) ? 0 : FAR_SERIES);
}

static void wanted_free(struct near_to *wanted)
{
	free(wanted->tree);
	free(wanted->series);
	free(wanted->release);
}

/* What is known of the kernel NAME, which need not be built. */
static struct near_to want(const struct settings *settings, const char *name)
{
	cleanup_free char *folder = text("%s/kernels/%s", settings->out, name);
	cleanup_free char *release = text("%s/release", folder);
	size_t tree = strcspn(name, "+");

	return (struct near_to){
		.tree = kernel_meta(folder, "tree") ?: text("%.*s", (int)tree, name),
		.series = kernel_meta(folder, "series") ?: text("none"),
		.release = file_first_line(release) ?: text("0"),
	};
}

/* Make *BEST PATH if that is nearer than *LEAST. One that cannot be read is left out. */
static void consider(const char *path, const struct near_to *wanted, int *least, char **best)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_reach struct reach reach = {0};
	int far;

	if (reach_load_about(path, &reach, &why))
		return;
	far = distance(wanted, &reach);
	if (*least >= 0 && far >= *least)
		return;
	*least = far;
	free(*best);
	*best = text("%s", path);
}

int reach_nearest(const struct settings *settings, const char *name, struct reach *reach,
		  struct buf *why)
{
	cleanup_free char *folder = text("%s/reach", settings->cache);
	__attribute__((cleanup(wanted_free))) struct near_to wanted = want(settings, name);
	cleanup_dir DIR *dir = opendir(folder);
	cleanup_free char *best = NULL;
	int least = -1;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		cleanup_free char *path = text("%s/%s/" FILE_NAME, folder, entry->d_name);

		if (*entry->d_name != '.' && !access(path, R_OK))
			consider(path, &wanted, &least, &best);
	}
	if (best)
		return reach_load(best, reach, why);
	buf_printf(why, "no case's reach is known: run make reach");
	return -ENOENT;
}
