// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/run-folder.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

/* Take the lock of FOLDER. Returns the descriptor that holds it, or -errno. */
static int lock(const char *folder, int how)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (fd < 0 || !flock(fd, how))
		return fd < 0 ? -errno : fd;
	err = -errno;
	close(fd);
	return err;
}

/* Runs are named by their time; "latest" is a link. */
static int is_run(const struct dirent *entry)
{
	return strspn(entry->d_name, "0123456789") == 8 && entry->d_name[8] == '-';
}

/* Remove FOLDER if its run has neither results nor a process that holds its lock. */
static void remove_killed(const char *folder)
{
	cleanup_free char *results = text("%s/results.json", folder);
	int fd = access(results, F_OK) ? lock(folder, LOCK_EX | LOCK_NB) : -ENOENT;

	if (fd < 0)
		return;
	/* It may have ended in the meantime. */
	if (access(results, F_OK))
		remove_tree(folder);
	close(fd);
}

static void remove_all_killed(const char *reports)
{
	struct dirent **entries = NULL;
	int count = scandir(reports, &entries, is_run, NULL);

	for (int i = 0; i < count; i++) {
		cleanup_free char *path = text("%s/%s", reports, entries[i]->d_name);

		remove_killed(path);
		free(entries[i]);
	}
	free(entries);
}

/* Create a folder below REPORTS that is named after the current time. Returns 0 or -errno. */
static int make_named(const char *reports, char **folder)
{
	char name[32];
	time_t now = time(NULL);

	strftime(name, sizeof(name), "%Y%m%d-%H%M%S", gmtime(&now));
	for (unsigned int n = 0;; n++) {
		cleanup_free char *path =
			n ? text("%s/%s-%u", reports, name, n) : text("%s/%s", reports, name);

		if (!mkdir(path, 0755)) {
			*folder = steal(path);
			return 0;
		}
		if (errno != EEXIST)
			return -errno;
	}
}

int folder_make(const char *reports, char **folder)
{
	int err = make_folders(reports);
	/* No other run may find the new folder before its lock is taken. */
	int all = err ? err : lock(reports, LOCK_EX);

	/* A file system without such locks keeps the folders of killed runs. */
	if (all >= 0)
		remove_all_killed(reports);
	if (!err)
		err = make_named(reports, folder);
	/* The descriptor stays open as long as this process lives. */
	if (!err)
		lock(*folder, LOCK_EX);
	if (all >= 0)
		close(all);
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

int folder_lock(const char *folder, const char *command, struct buf *why)
{
	cleanup_free char *path = text("%s/lock", folder);
	int err = make_folders(folder);
	int fd = err ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0) {
		buf_printf(why, "cannot write to %s: %s", folder, strerror(err ? -err : errno));
		return -EIO;
	}
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	buf_printf(why, "another vfiolab %s uses %s: wait for it, or set another O=", command,
		   folder);
	close(fd);
	return -EBUSY;
}

void folder_prune(const char *reports, unsigned int kept)
{
	struct dirent **entries = NULL;
	int count = scandir(reports, &entries, is_run, alphasort);

	for (int i = 0; i < count; i++) {
		cleanup_free char *path = text("%s/%s", reports, entries[i]->d_name);

		if (i < count - (int)kept)
			remove_tree(path);
		free(entries[i]);
	}
	free(entries);
}
