// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/command-output.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A group of its own, so that the children of a tool that is stuck are killed as well. */
static int start(const struct list *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int err;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	err = posix_spawnp(pid, argv->items[0], &files, &attributes, argv->items, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return -err;
}

/* Returns whether there may be more. */
static bool take_output(int from, struct buf *output)
{
	char chunk[4096];
	ssize_t got;

	while ((got = read(from, chunk, sizeof(chunk))) > 0)
		buf_add(output, chunk, (size_t)got);
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

/*
 * Read what it prints until it has ended. A daemon that it leaves behind may keep the pipe open.
 * Returns 0 or -ETIMEDOUT.
 */
static int follow(int pid_fd, int from, unsigned int ms, struct buf *output)
{
	struct pollfd events[] = {{.fd = from, .events = POLLIN}, {.fd = pid_fd, .events = POLLIN}};
	const int64_t until = now_ms() + ms;

	while (!events[1].revents) {
		int64_t left = until - now_ms();

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(events, ARRAY_SIZE(events), (int)left) > 0 && events[0].revents &&
		    !take_output(from, output))
			events[0].fd = -1;
	}
	take_output(from, output);
	return 0;
}

int command_output(const struct list *argv, unsigned int ms, struct buf *output)
{
	cleanup_close int from = -1, to = -1, pid_fd = -1;
	int pipe[2], how, err;
	pid_t pid;

	if (pipe2(pipe, O_CLOEXEC))
		return -errno;
	from = pipe[0];
	to = pipe[1];
	fcntl(from, F_SETFL, O_NONBLOCK);
	err = start(argv, to, &pid);
	if (err)
		return err;
	close(steal_fd(&to));
	pid_fd = pidfd_open(pid, 0);
	err = pid_fd < 0 ? -errno : follow(pid_fd, from, ms, output);
	if (err)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
		;
	if (err)
		return err;
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}
