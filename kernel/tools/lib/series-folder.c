// SPDX-License-Identifier: GPL-2.0-only
/* Reads a folder of patches, ordered by a file "series" as used by quilt, or by name. */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Adds the file NAME of the folder PATH, which must contain a single patch. */
static int add_member(struct series *series, const char *path, const char *name, bool p0,
		      struct buf *why)
{
	cleanup_free char *file = text("%s/%s", path, name);
	cleanup_buf struct buf what = BUF_INIT;
	size_t before = series->count;
	enum series_order order;
	struct patch *patch;
	int err = series_add_file(series, file, p0, &order, &what);

	if (err) {
		series_error(why, "its file %s %s", name, what.data);
		return err;
	}
	if (order != ORDER_GIVEN || series->count != before + 1)
		return series_error(
			why, "its file %s holds several mails: give it by itself, not in a folder",
			name);
	patch = &series->patches[before];
	if (patch->broken) {
		cleanup_free char *broken = patch->broken;

		patch->broken = text("in %s, %s", name, broken);
	}
	return 0;
}

/* Returns true if NAME, from a file "series", is outside the folder. */
static bool leads_out(const char *name)
{
	return *name == '/' || !strncmp(name, "../", 3) || strstr(name, "/../");
}

/* Adds the patch on a line of a file "series": a name and, optionally, -p0 or -p1. */
static int add_listed(struct series *series, const char *path, char *line, struct buf *why)
{
	char *save = NULL, *name = strtok_r(line, " \t\r", &save), *option;
	bool p0 = false;

	if (!name || *name == '#')
		return 0;
	while ((option = strtok_r(NULL, " \t\r", &save)) && *option != '#') {
		p0 = !strcmp(option, "-p0");
		if (!p0 && strcmp(option, "-p1") && strcmp(option, "-pab"))
			return series_error(
				why, "its file series gives %s to %s: only -p0 and -p1 are known",
				option, name);
	}
	if (leads_out(name))
		return series_error(why, "its file series names %s, which is outside of the folder",
				    name);
	return add_member(series, path, name, p0, why);
}

static int add_series_file(struct series *series, const char *path, struct span list,
			   struct buf *why)
{
	struct span line;
	int err = text_check(list, why);

	if (err) {
		cleanup_free char *what = buf_steal(why);

		return series_error(why, "its file series: %s", what);
	}
	while (!err && span_line(&list, &line)) {
		cleanup_free char *copy = span_copy(line);

		err = add_listed(series, path, copy, why);
	}
	if (!err && !series->count)
		return series_error(why, "holds a file series that lists no patch");
	return err;
}

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name);

	return len > strlen(end) && !strcmp(name + len - strlen(end), end);
}

static bool is_patch_name(const char *name)
{
	return ends_in(name, ".patch") || ends_in(name, ".diff");
}

static int visible(const struct dirent *entry)
{
	return *entry->d_name != '.' && !ends_in(entry->d_name, "~");
}

/* Sorts by strcmp(), so that the order does not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Adds the files in NAMES, or only *.patch and *.diff if there are any. */
static int add_names(struct series *series, const char *path, struct dirent **names, int count,
		     struct buf *why)
{
	bool named = false;
	int err = 0;

	for (int i = 0; i < count; i++)
		named |= is_patch_name(names[i]->d_name);
	for (int i = 0; i < count && !err; i++) {
		const char *name = names[i]->d_name;
		cleanup_free char *file = text("%s/%s", path, name);
		struct stat st;

		if (stat(file, &st) || !S_ISREG(st.st_mode) || (named && !is_patch_name(name)))
			continue;
		err = add_member(series, path, name, false, why);
	}
	return err;
}

int series_add_folder(struct series *series, const char *path, enum series_order *order,
		      struct buf *why)
{
	cleanup_free char *list = text("%s/series", path), *lines = NULL;
	struct dirent **names;
	int count, err;
	size_t len;

	*order = ORDER_GIVEN;
	err = file_read(list, &lines, &len);
	if (!err)
		return add_series_file(series, path, (struct span){lines, len}, why);
	if (err == -ENOENT) {
		*order = ORDER_NAME;
		count = scandir(path, &names, visible, by_name);
		err = count < 0 ? -errno : 0;
	}
	if (err) {
		series_error(why, "cannot be read: %s", strerror(-err));
		return err;
	}
	err = add_names(series, path, names, count, why);
	while (count)
		free(names[--count]);
	free(names);
	return err;
}
