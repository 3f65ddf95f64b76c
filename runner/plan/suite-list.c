// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/suite-list.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/suite.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define LIST "kselftest-list.txt"

/* The lines of FOLDER's list; none if it has no list. */
static void read_list(const char *folder, struct list *lines)
{
	cleanup_free char *path = text("%s/" LIST, folder);
	cleanup_free char *content = NULL;

	if (!file_read(path, &content, NULL))
		list_add_split(lines, content, " \t\r\n");
}

void suite_list_folders(const char *folder, struct list *folders)
{
	cleanup_list struct list lines = {0};

	read_list(folder, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i], *colon = strchr(line, ':');
		cleanup_free char *path =
			text("%s/%.*s", folder, colon ? (int)(colon - line) : 0, line);

		if (colon)
			list_add_once(folders, path);
	}
	if (!lines.count)
		list_add(folders, folder);
}

static int is_program(const struct dirent *entry, const char *folder)
{
	cleanup_free char *path = text("%s/%s", folder, entry->d_name);
	struct stat info;

	return entry->d_name[0] != '.' && !suite_is_settings(entry->d_name) && !stat(path, &info) &&
	       S_ISREG(info.st_mode) && info.st_mode & 0111;
}

/* The names of the executables in FOLDER, sorted. Returns 0 or -errno. */
static int list_executables(const char *folder, struct list *names)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		if (is_program(entries[i], folder))
			list_add(names, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return count < 0 ? -errno : 0;
}

/* The names that the list beside FOLDER has for it. */
static void list_listed(const char *folder, struct list *names)
{
	const char *collection = strrchr(folder, '/');
	cleanup_free char *parent =
		text("%.*s", collection ? (int)(collection - folder) : 0, folder);
	cleanup_list struct list lines = {0};
	size_t len;

	read_list(parent, &lines);
	len = collection ? strlen(++collection) : 0;
	for (size_t i = 0; i < lines.count; i++)
		if (len && !strncmp(lines.items[i], collection, len) && lines.items[i][len] == ':')
			list_add(names, lines.items[i] + len + 1);
}

int suite_list_programs(const char *folder, struct list *programs)
{
	cleanup_list struct list all = {0}, listed = {0};
	int err = list_executables(folder, &all);

	list_listed(folder, &listed);
	for (size_t i = 0; i < all.count; i++)
		if (!listed.count || list_has(&listed, all.items[i]))
			list_add(programs, all.items[i]);
	return err;
}
