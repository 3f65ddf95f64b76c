// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/machine-file.h"

#include "lab/base/cleanup.h"
#include "runner/plan/machine.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static bool is_path(const char *word)
{
	const size_t len = strlen(word);

	return strchr(word, '/') || (len > 4 && !strcmp(word + len - 4, ".xml"));
}

void machine_file_show(struct settings *settings, const char *path)
{
	cleanup_free char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);
	const bool alone = !*folder || !strcmp(folder, "/tmp");

	list_add_once(&settings->visible, alone ? path : folder);
}

/* Whether PATHS has a path of the file PATH. */
static bool has_file(const struct list *paths, const char *path)
{
	struct stat file, other;

	if (stat(path, &file))
		return false;
	for (size_t i = 0; i < paths->count; i++)
		if (!stat(paths->items[i], &other) && other.st_dev == file.st_dev &&
		    other.st_ino == file.st_ino)
			return true;
	return false;
}

static int use(struct settings *settings, const char *word, struct list *words, struct buf *why)
{
	cleanup_free char *name = machine_name(word);
	char path[PATH_MAX];

	if (!realpath(word, path)) {
		buf_printf(why, "machine %s: %s", word, strerror(errno));
		return -ENOENT;
	}
	list_add(words, name);
	/* The file of one of the lab's machines selects that machine. */
	if (has_file(&settings->machines, path))
		return 0;
	list_add(&settings->machines, path);
	list_add(&settings->files, path);
	machine_file_show(settings, path);
	return 0;
}

int machine_files_use(struct settings *settings, struct choice *choice, struct buf *why)
{
	cleanup_list struct list words = choice->machines;
	int err = 0;

	choice->machines = (struct list){0};
	for (size_t i = 0; i < words.count && !err; i++) {
		if (is_path(words.items[i]))
			err = use(settings, words.items[i], &choice->machines, why);
		else
			list_add(&choice->machines, words.items[i]);
	}
	return err;
}

const char *machine_file_choice(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->files.count; i++) {
		cleanup_free char *its_name = machine_name(settings->files.items[i]);

		if (!strcmp(its_name, name))
			return settings->files.items[i];
	}
	return NULL;
}
