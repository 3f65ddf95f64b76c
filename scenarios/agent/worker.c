// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/worker.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

/* How long a killed process may take to exit before it counts as stuck in the kernel. */
#define KILL_MS 3000

static void child(int out, int (*work)(void *arg), void *arg)
{
	int status;

	setsid();
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close(out);
	status = work(arg);
	fflush(NULL);
	_exit(status);
}

int worker_start(struct worker *worker, int (*work)(void *arg), void *arg)
{
	int pipes[2];

	*worker = (struct worker){.pid_fd = -1, .out = -1};
	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	fflush(NULL); /* so that the child does not print it again */
	worker->pid = fork();
	if (!worker->pid) {
		close(pipes[0]);
		child(pipes[1], work, arg);
	}
	close(pipes[1]);
	worker->out = pipes[0];
	if (worker->pid > 0)
		worker->pid_fd = pidfd_open(worker->pid, 0);
	if (worker->pid_fd < 0) {
		int err = -errno;

		close(pipes[0]);
		return err;
	}
	fcntl(worker->out, F_SETFL, O_NONBLOCK);
	return 0;
}

static void hand_lines(struct worker *worker, worker_line *line, void *context)
{
	char *newline;

	while (worker->line.len && (newline = memchr(worker->line.data, '\n', worker->line.len))) {
		*newline = '\0';
		line(context, worker->line.data);
		buf_consume(&worker->line, (size_t)(newline - worker->line.data) + 1);
	}
}

/* Read the available output. Returns false at its end. */
static bool take_output(struct worker *worker, worker_line *line, void *context)
{
	char chunk[4096];
	ssize_t got;

	while ((got = read(worker->out, chunk, sizeof(chunk))) > 0) {
		buf_add(&worker->line, chunk, (size_t)got);
		hand_lines(worker, line, context);
	}
	return got < 0 && errno == EAGAIN;
}

/* The worker has ended: forward its last lines and release all its resources. */
static void finish(struct worker *worker, worker_line *line, void *context)
{
	kill(-worker->pid, SIGKILL); /* processes that it may have started */
	take_output(worker, line, context);
	if (worker->line.len)
		line(context, worker->line.data);
	buf_free(&worker->line);
	close(worker->out);
	close(worker->pid_fd);
}

static struct worker_result reap(struct worker *worker, bool late, worker_line *line, void *context)
{
	int status = 0;

	waitpid(worker->pid, &status, 0);
	finish(worker, line, context);
	if (late)
		return (struct worker_result){WORKER_TIMEOUT, 0};
	if (WIFSIGNALED(status))
		return (struct worker_result){WORKER_KILLED, WTERMSIG(status)};
	return (struct worker_result){WORKER_EXITED, WEXITSTATUS(status)};
}

static struct worker_result kill_late(struct worker *worker, worker_line *line, void *context)
{
	struct pollfd ended = {.fd = worker->pid_fd, .events = POLLIN};

	kill(-worker->pid, SIGKILL);
	kill(worker->pid, SIGKILL);
	if (poll(&ended, 1, KILL_MS) == 1)
		return reap(worker, true, line, context);
	take_output(worker, line, context);
	return (struct worker_result){WORKER_STUCK, worker->pid};
}

struct worker_result worker_follow(struct worker *worker, int fd, int64_t deadline,
				   worker_line *line, void *context)
{
	struct pollfd fds[] = {
		{.fd = worker->out, .events = POLLIN},
		{.fd = worker->pid_fd, .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};

	for (;;) {
		int64_t left = deadline - now_ms();

		if (left <= 0)
			return kill_late(worker, line, context);
		if (poll(fds, ARRAY_SIZE(fds), (int)left) < 0)
			continue;
		if (fds[0].revents && !take_output(worker, line, context))
			fds[0].fd = -1;
		if (fds[2].revents & POLLIN)
			return (struct worker_result){WORKER_RUNS, 0};
		if (fds[1].revents)
			return reap(worker, false, line, context);
	}
}

struct worker_result worker_wait(struct worker *worker, int64_t deadline, worker_line *line,
				 void *context)
{
	return worker_follow(worker, -1, deadline, line, context);
}

void reap_orphans(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}
