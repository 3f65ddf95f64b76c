// SPDX-License-Identifier: GPL-2.0-only
#include "reports/merge-logs.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/ktap-merge.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int link_file(const char *from, const char *to)
{
	cleanup_free char *data = NULL;
	size_t len;
	int err;

	if (!link(from, to))
		return 0;
	err = file_read(from, &data, &len);
	return err ?: file_write(to, data, len);
}

/* Link the files of a folder, and of those in it. */
static int link_folder(const char *from, const char *to)
{
	cleanup_dir DIR *dir = opendir(from);
	struct dirent *entry;
	int err = dir ? make_folders(to) : -errno;

	while (dir && !err && (entry = readdir(dir))) {
		cleanup_free char *source = text("%s/%s", from, entry->d_name);
		cleanup_free char *target = text("%s/%s", to, entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		err = entry->d_type == DT_DIR ? link_folder(source, target)
					      : link_file(source, target);
	}
	return err;
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), of_end = strlen(end);

	return len > of_end && !strcmp(name + len - of_end, end);
}

static int merge_streams(const struct merge_part *part, const char *kernel, const char *machine,
			 const char *from, const char *to)
{
	cleanup_dir DIR *dir = opendir(from);
	struct dirent *entry;
	int err = dir ? make_folders(to) : -errno;

	while (dir && !err && (entry = readdir(dir))) {
		cleanup_free char *stream = text("%s/%s", from, entry->d_name);
		cleanup_free char *merged = text("%s/%s", to, entry->d_name);

		if (entry->d_name[0] != '.')
			err = ktap_renumber(part, kernel, machine, stream, merged);
	}
	return err;
}

/* Merge the log NAME of KERNEL, a file or folder. Other files stay in the shard's folder. */
static int merge_entry(const struct merge_part *part, const char *kernel, const char *name,
		       const char *folder)
{
	cleanup_free char *from = text("%s/%s/%s", part->folder, kernel, name);
	cleanup_free char *to = text("%s/%s", folder, name);
	cleanup_free char *machine = text("%.*s", (int)strcspn(name, "."), name);

	if (ends_with(name, ".streams"))
		return merge_streams(part, kernel, machine, from, to);
	if (ends_with(name, ".traces"))
		return link_folder(from, to);
	if (ends_with(name, ".console") || ends_with(name, ".log"))
		return link_file(from, to);
	return 0;
}

/* A kernel without cases in a shard has no folder there. */
static int merge_kernel_logs(const struct merge_part *part, const char *kernel, const char *folder)
{
	cleanup_free char *from = text("%s/%s", part->folder, kernel);
	cleanup_free char *to =
		text("%s/" SHARD_LOGS "%u/%s", folder, part->results.run.shard, kernel);
	cleanup_dir DIR *dir = opendir(from);
	struct dirent *entry;
	int err = dir ? make_folders(to) : 0;

	while (dir && !err && (entry = readdir(dir)))
		err = merge_entry(part, kernel, entry->d_name, to);
	return err;
}

int merge_logs(const struct merge_parts *parts, const char *folder)
{
	int err = 0;

	for (size_t p = 0; p < parts->count; p++) {
		const struct results *results = &parts->items[p].results;

		for (size_t k = 0; k < results->kernels.count && !err; k++)
			err = merge_kernel_logs(&parts->items[p], results->kernels.items[k].name,
						folder);
	}
	return err;
}
