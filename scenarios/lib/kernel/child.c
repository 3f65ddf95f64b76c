// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/child.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int out, const char *(*check)(void *of), void *of)
{
	const char *why = check(of);

	if (why && write(out, why, strlen(why)) < 0)
		_exit(1);
	_exit(0);
}

const char *child_check(const char *(*check)(void *of), void *of)
{
	char why[512];
	ssize_t len;
	int ends[2], status = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) || (pid = fork()) < 0)
		return text("there is no child: %s", strerror(errno));
	if (!pid)
		run(ends[1], check, of);
	close(ends[1]);
	len = read(ends[0], why, sizeof(why) - 1);
	close(ends[0]);
	if (waitpid(pid, &status, 0) != pid || status)
		return text("the child ended with status 0x%x", (unsigned int)status);
	if (len <= 0)
		return NULL;
	why[len] = '\0';
	return text("in a child: %s", why);
}

int child_become_user(uid_t user, size_t locked)
{
	const struct rlimit limit = {locked, locked};

	if (setrlimit(RLIMIT_MEMLOCK, &limit) || setresuid(user, user, user))
		return -errno;
	return 0;
}

/* Returns the number after NAME at the start of a line, or -ENOENT. */
static long find_number(const char *path, const char *name)
{
	cleanup_free char *all = NULL;
	const size_t len = strlen(name);
	char *save = NULL;

	if (file_read(path, &all, NULL))
		return -ENOENT;
	for (char *line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, name, len) && strchr(": ", line[len]))
			return strtol(line + len + 1, NULL, 10);
	}
	return -ENOENT;
}

long process_kib(pid_t pid, const char *field)
{
	cleanup_free char *path =
		pid ? text("/proc/%d/status", (int)pid) : text("/proc/self/status");

	return find_number(path, field);
}

/* Each processor counts for itself until this is read or written. */
static void refresh(void)
{
	cleanup_free char *ignored = NULL;

	file_read("/proc/sys/vm/stat_refresh", &ignored, NULL);
}

long pages_pinned(void)
{
	long acquired, released;

	refresh();
	acquired = find_number("/proc/vmstat", "nr_foll_pin_acquired");
	released = find_number("/proc/vmstat", "nr_foll_pin_released");
	return acquired < 0 || released < 0 ? -ENOENT : acquired - released;
}
