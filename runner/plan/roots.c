// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/roots.h"

#include "lab/base/cleanup.h"

#include <string.h>
#include <unistd.h>

void roots_make(const char *top, const char *extra, struct list *roots)
{
	list_add(roots, top);
	list_add_split(roots, extra ?: "", ":");
}

static void add_if_there(struct list *paths, const char *root, const char *folder)
{
	cleanup_free char *path = text("%s/%s", root, folder);

	if (!access(path, R_OK | X_OK))
		list_add(paths, path);
}

void roots_folders(const struct list *roots, const char *folder, struct list *paths)
{
	const char *last = strrchr(folder, '/');

	for (size_t i = 0; i < roots->count; i++) {
		add_if_there(paths, roots->items[i], folder);
		if (i && last)
			add_if_there(paths, roots->items[i], last + 1);
	}
}

char *roots_find(const struct list *roots, const char *folder, const char *name)
{
	cleanup_list struct list folders = {0};

	roots_folders(roots, folder, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		cleanup_free char *path = text("%s/%s", folders.items[i], name);

		if (!access(path, R_OK))
			return steal(path);
	}
	return NULL;
}
