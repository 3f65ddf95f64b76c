// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/lab-module.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/roots.h"

#include <glob.h>
#include <string.h>

/*
 * Whether FILE is below the folder that the file "in-tree" at PATH names: its line that is neither
 * a comment nor an option.
 */
static bool takes(const char *path, const char *file)
{
	cleanup_free char *content = NULL;
	size_t len;

	if (file_read(path, &content, NULL))
		return false;
	for (const char *line = content; *line; line += len + !!line[len]) {
		len = strcspn(line, "\n");
		if (len && *line != '#' && !memchr(line, '=', len) && !strncmp(file, line, len) &&
		    file[len] == '/')
			return true;
	}
	return false;
}

bool lab_module_has(const struct list *roots, const char *file)
{
	cleanup_list struct list folders = {0};
	bool found = false;

	roots_folders(roots, "kernel/modules", &folders);
	for (size_t i = 0; i < folders.count; i++) {
		cleanup_free char *pattern = text("%s/*/in-tree", folders.items[i]);
		glob_t modules = {0};

		glob(pattern, 0, NULL, &modules);
		for (size_t m = 0; m < modules.gl_pathc && !found; m++)
			found = takes(modules.gl_pathv[m], file);
		globfree(&modules);
	}
	return found;
}
