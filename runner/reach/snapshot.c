// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/snapshot.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>

/* The lines of the manifest of the snapshot PATH (kernel/snapshot), sorted as bytes. */
static int read_manifest(const char *path, struct list *lines)
{
	cleanup_free char *manifest = text("%s.manifest", path);
	cleanup_free char *content = NULL;
	int err = file_read(manifest, &content, NULL);

	if (!err)
		list_add_split(lines, content, "\n");
	return err;
}

/* The name in a line of a manifest, "MODE SIZE CTIME NAME". */
static const char *name_in(const char *line)
{
	for (unsigned int blank = 0; blank < 3 && line; blank++) {
		line = strchr(line, ' ');
		line = line ? line + 1 : NULL;
	}
	return line ?: "";
}

/* Add to FILES those that only one of two manifests has, or that have other lines in them. */
static void compare_manifests(const struct list *old, const struct list *new, struct list *files)
{
	for (size_t a = 0, b = 0; a < old->count || b < new->count;) {
		int order = a == old->count   ? 1
			    : b == new->count ? -1
					      : strcmp(old->items[a], new->items[b]);

		if (order < 0)
			list_add_once(files, name_in(old->items[a]));
		else if (order > 0)
			list_add_once(files, name_in(new->items[b]));
		a += order <= 0;
		b += order >= 0;
	}
}

int snapshot_differences(const char *old, const char *new, struct list *files)
{
	cleanup_list struct list before = {0}, after = {0};
	int err = read_manifest(old, &before) ?: read_manifest(new, &after);

	if (!err)
		compare_manifests(&before, &after, files);
	return err;
}
