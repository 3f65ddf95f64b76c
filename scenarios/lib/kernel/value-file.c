// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int result(ssize_t put, const char *value)
{
	if (put < 0)
		return -errno;
	return (size_t)put == strlen(value) ? 0 : -EIO;
}

int value_write(const char *path, const char *value)
{
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	/* Not pwrite(): a debugfs file that uses seq_file refuses it. */
	return fd < 0 ? -errno : result(write(fd, value, strlen(value)), value);
}

int value_write_again(int fd, const char *value)
{
	return result(pwrite(fd, value, strlen(value), 0), value);
}
