// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/gcov.h"

#include "scenarios/lib/kernel/folder.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static bool is_counters(const char *name)
{
	const char *end = strrchr(name, '.');

	return end && !strcmp(end, ".gcda");
}

/* Next to the counters are symbolic links to the compiler's notes on the host; they dangle here. */
static void each_below(const char *folder, gcov_file *file, void *context)
{
	cleanup_free char *path = text(GCOV_FOLDER "/%s", folder);
	cleanup_list struct list names = {0};

	folder_names(path, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *name =
			text("%s%s%s", folder, *folder ? "/" : "", names.items[i]);
		cleanup_free char *its_path = text("%s/%s", path, names.items[i]);
		struct stat info;

		if (lstat(its_path, &info))
			continue;
		if (S_ISDIR(info.st_mode))
			each_below(name, file, context);
		else if (is_counters(name))
			file(context, name, its_path);
	}
}

void gcov_each(gcov_file *file, void *context)
{
	/*
	 * EBUSY and a kernel without debugfs are both fine: the search below finds what there is.
	 */
	mount("debugfs", "/sys/kernel/debug", "debugfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
	each_below("", file, context);
}

static void keep(void *context, const char *name, const char *path)
{
	cleanup_free char *kept = text("gcov/%s", name);
	cleanup_buf struct buf payload = BUF_INIT;
	cleanup_free char *answer = NULL;
	cleanup_free char *data = NULL;
	size_t len;

	if (file_read(path, &data, &len))
		return;
	buf_add(&payload, kept, strlen(kept) + 1);
	buf_add(&payload, data, len);
	channel_request_data(context, "keep", payload.data, payload.len, &answer, &len);
}

void gcov_keep(struct channel *requests)
{
	gcov_each(keep, requests);
}
