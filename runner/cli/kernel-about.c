// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/kernel-about.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/hash.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

/* The first line of the file PATH, or NULL. The caller frees it. */
static char *first_line(const char *path)
{
	char *line;

	if (file_read(path, &line, NULL))
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* The key of a kernel, a hash of all its inputs: the name of its folder in the cache. */
static char *read_key(const char *folder)
{
	char whole[PATH_MAX];

	return realpath(folder, whole) ? text("%s", strrchr(whole, '/') + 1) : NULL;
}

/* The value of KEY in the file "meta", which has lines "KEY = VALUE" (docs/cache.md). */
static char *read_meta(const char *folder, const char *key)
{
	cleanup_free char *path = text("%s/meta", folder);
	cleanup_free char *start = text("%s = ", key);
	cleanup_list struct list lines = {0};
	cleanup_free char *meta = NULL;

	if (file_read(path, &meta, NULL))
		return NULL;
	list_add_split(&lines, meta, "\n");
	for (size_t i = 0; i < lines.count; i++)
		if (!strncmp(lines.items[i], start, strlen(start)))
			return text("%s", lines.items[i] + strlen(start));
	return NULL;
}

static char *read_config(const char *folder)
{
	cleanup_free char *path = text("%s/config", folder);
	cleanup_free char *config = NULL;
	size_t len;

	if (file_read(path, &config, &len))
		return NULL;
	return text("%016" PRIx64, hash_bytes(HASH_INIT, config, len));
}

char *kernel_choice(const struct settings *settings, const char *name)
{
	cleanup_free char *path = text("%s/kernels/%s.make", settings->out, name);
	cleanup_free char *make = first_line(path) ?: text("KERNELS=%s", name);

	return settings->extra ? text("LAB_EXTRA=%s %s", settings->extra, make) : steal(make);
}

struct kernel_about kernel_about(const struct settings *settings, const char *name)
{
	cleanup_free char *folder = text("%s/kernels/%s", settings->out, name);
	cleanup_free char *release = text("%s/release", folder);

	return (struct kernel_about){
		.name = text("%s", name),
		.make = kernel_choice(settings, name),
		.key = read_key(folder),
		.version = first_line(release),
		.compiler = read_meta(folder, "compiler"),
		.config = read_config(folder),
	};
}
