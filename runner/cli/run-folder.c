// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/run-folder.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int folder_make(const char *reports, char **folder)
{
	char name[32];
	time_t now = time(NULL);
	int err = make_folders(reports);

	strftime(name, sizeof(name), "%Y%m%d-%H%M%S", gmtime(&now));
	for (unsigned int n = 0; !err; n++) {
		cleanup_free char *path =
			n ? text("%s/%s-%u", reports, name, n) : text("%s/%s", reports, name);

		if (!mkdir(path, 0755)) {
			*folder = steal(path);
			return 0;
		}
		if (errno != EEXIST)
			err = -errno;
	}
	return err;
}

int folder_write_status(const char *folder, int status)
{
	cleanup_free char *path = text("%s/status", folder);
	cleanup_free char *line = text("%d\n", status);

	return file_write(path, line, strlen(line));
}

void folder_forget_status(const char *reports)
{
	cleanup_free char *path = text("%s/latest/status", reports);

	unlink(path);
}

int folder_link(const char *reports, const char *folder)
{
	cleanup_free char *link = text("%s/latest", reports);
	cleanup_free char *beside = text("%s.%d", link, (int)getpid());

	if (symlink(strrchr(folder, '/') + 1, beside))
		return -errno;
	if (!rename(beside, link))
		return 0;
	unlink(beside);
	return -errno;
}
