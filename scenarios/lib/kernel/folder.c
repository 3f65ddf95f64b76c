// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/folder.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#define TEXT_SIZE 4096

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void folder_names(const char *path, struct list *names)
{
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			list_add(names, entry->d_name);
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), by_name);
}

char *folder_link(const char *path, const char *name)
{
	cleanup_free char *link = text("%s/%s", path, name);
	char target[512];
	ssize_t len = readlink(link, target, sizeof(target) - 1);
	const char *slash;

	if (len < 0)
		return NULL;
	target[len] = '\0';
	slash = strrchr(target, '/');
	return text("%s", slash ? slash + 1 : target);
}

static char *describe_link(const char *path, const char *name)
{
	cleanup_free char *target = folder_link(path, name);

	if (!target)
		return text("gone");
	return isdigit((unsigned char)*target) || strchr(target, ':') ? text("link")
								      : text("-> %s", target);
}

char *folder_entry(const char *path, const char *name)
{
	cleanup_free char *entry = text("%s/%s", path, name);
	struct stat info;

	if (lstat(entry, &info))
		return text("gone");
	if (S_ISLNK(info.st_mode))
		return describe_link(path, name);
	if (S_ISDIR(info.st_mode))
		return text("folder");
	if (S_ISCHR(info.st_mode))
		return text("%04o device", info.st_mode & 07777);
	if (S_ISREG(info.st_mode) && info.st_size != TEXT_SIZE)
		return text("%04o %lld", info.st_mode & 07777, (long long)info.st_size);
	return text("%04o", info.st_mode & 07777);
}

char *folder_read(const char *path, const char *name)
{
	cleanup_free char *entry = text("%s/%s", path, name);
	char *value;
	size_t len;

	if (file_read(entry, &value, &len))
		return NULL;
	if (len && value[len - 1] == '\n')
		value[len - 1] = '\0';
	return value;
}
