// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/file.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

int file_read(const char *path, char **data, size_t *len)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup_buf struct buf buf = BUF_INIT;
	char chunk[65536];
	ssize_t got;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got > 0)
			buf_add(&buf, chunk, (size_t)got);
		else if (errno != EINTR)
			return -errno;
	}
	if (len)
		*len = buf.len;
	*data = buf_steal(&buf);
	return 0;
}

int write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t put = write(fd, at, len);

		if (put >= 0) {
			at += put;
			len -= (size_t)put;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

static int write_beside(const char *path, const char *beside, const void *data, size_t len)
{
	cleanup_close int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, data, len);
	if (err)
		return err;
	if (close(steal_fd(&fd)) || rename(beside, path))
		return -errno;
	return 0;
}

int file_write(const char *path, const void *data, size_t len)
{
	cleanup_free char *beside = text("%s.%d.tmp", path, (int)getpid());
	int err = write_beside(path, beside, data, len);

	if (err)
		unlink(beside);
	return err;
}

int make_folders(const char *path)
{
	cleanup_free char *upto = text("%s/", path);
	char *slash = upto;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (mkdir(upto, 0755) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	(void)info;
	(void)kind;
	(void)walk;
	remove(path);
	return 0;
}

void remove_tree(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
