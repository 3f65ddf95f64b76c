// SPDX-License-Identifier: GPL-2.0-only
#include "reports/merge-logs.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A folder of a shard, and what becomes of it in the merged run. */
struct logs_folder {
	char *from;
	char *to;
	unsigned int guests; /* what is added to the number of a guest */
};

static void logs_folder_free(struct logs_folder *folder)
{
	free(folder->from);
	free(folder->to);
}
#define cleanup_logs_folder __attribute__((cleanup(logs_folder_free)))

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

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), of_end = strlen(end);

	return len > of_end && !strcmp(name + len - of_end, end);
}

/* The name of a file in the merged run; NULL if it is no log. The caller frees it. */
static char *new_name(const struct logs_folder *folder, const char *name)
{
	unsigned int part, guest;

	if (sscanf(name, "%u.%u", &part, &guest) == 2)
		return text("%u.%u", part, guest + folder->guests);
	if (ends_with(name, ".console") || ends_with(name, ".log"))
		return text("%s", name);
	return NULL;
}

static int link_logs(const struct logs_folder *folder);

static int link_entry(const struct logs_folder *folder, const char *name)
{
	cleanup_free char *becomes = new_name(folder, name);
	cleanup_logs_folder struct logs_folder below = {
		.from = text("%s/%s", folder->from, name),
		.to = text("%s/%s", folder->to, becomes ?: name),
		.guests = folder->guests,
	};

	if (ends_with(name, ".streams"))
		return link_logs(&below);
	return becomes ? link_file(below.from, below.to) : 0;
}

/* A kernel or a machine without cases in a shard has no folder there. */
static int link_logs(const struct logs_folder *folder)
{
	cleanup_dir DIR *dir = opendir(folder->from);
	struct dirent *entry;
	int err = dir ? make_folders(folder->to) : 0;

	while (dir && !err && (entry = readdir(dir)))
		err = link_entry(folder, entry->d_name);
	return err;
}

static int merge_part_logs(const struct merge_parts *parts, const struct merge_part *part,
			   const char *folder)
{
	const struct results *results = &part->results;
	int err = 0;

	for (size_t k = 0; k < results->kernels.count && !err; k++) {
		const char *kernel = results->kernels.items[k].name;
		cleanup_logs_folder struct logs_folder of_kernel = {
			.from = text("%s/%s", part->folder, kernel),
			.to = text("%s/" SHARD_LOGS "%u/%s", folder, results->run.shard, kernel),
			.guests = merge_guests_before(parts, part),
		};

		err = link_logs(&of_kernel);
	}
	return err;
}

int merge_logs(const struct merge_parts *parts, const char *folder)
{
	int err = 0;

	for (size_t p = 0; p < parts->count && !err; p++)
		err = merge_part_logs(parts, &parts->items[p], folder);
	return err;
}
