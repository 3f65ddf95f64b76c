// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/gcov.h"

#include "scenarios/lib/kernel/folder.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define DEBUGFS "/sys/kernel/debug"

static bool is_counters(const char *name)
{
	const char *end = strrchr(name, '.');

	return end && !strcmp(end, ".gcda");
}

static void keep(struct channel *requests, const char *name)
{
	cleanup_free char *path = text(DEBUGFS "/%s", name);
	cleanup_buf struct buf payload = BUF_INIT;
	cleanup_free char *answer = NULL;
	cleanup_free char *data = NULL;
	size_t len;

	if (file_read(path, &data, &len))
		return;
	buf_add(&payload, name, strlen(name) + 1);
	buf_add(&payload, data, len);
	channel_request_data(requests, "keep", payload.data, payload.len, &answer, &len);
}

/* Next to the counters are symbolic links to the compiler's notes on the host; they dangle here. */
static void keep_folder(struct channel *requests, const char *folder)
{
	cleanup_free char *path = text(DEBUGFS "/%s", folder);
	cleanup_list struct list names = {0};

	folder_names(path, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *name = text("%s/%s", folder, names.items[i]);
		cleanup_free char *kind = folder_entry(path, names.items[i]);

		if (!strcmp(kind, "folder"))
			keep_folder(requests, name);
		else if (is_counters(name))
			keep(requests, name);
	}
}

void gcov_keep(struct channel *requests)
{
	/*
	 * EBUSY and a kernel without debugfs are both fine: the search below finds what there is.
	 */
	mount("debugfs", DEBUGFS, "debugfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
	keep_folder(requests, "gcov");
}
