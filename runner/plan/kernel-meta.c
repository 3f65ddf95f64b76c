// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/kernel-meta.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"

#include <limits.h>
#include <string.h>

char *file_first_line(const char *path)
{
	char *line;

	if (file_read(path, &line, NULL))
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

char *kernel_key(const char *folder)
{
	char whole[PATH_MAX];

	return realpath(folder, whole) ? text("%s", strrchr(whole, '/') + 1) : NULL;
}

char *kernel_meta(const char *folder, const char *key)
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
