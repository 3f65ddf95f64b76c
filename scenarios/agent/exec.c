// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/exec.h"

#include "lab/base/alloc.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <termios.h>

#define MODE "mode exec"

/* The command as it runs. Its ends are -1 once closed. */
struct running {
	struct channel *channel;
	bool tty;
	pid_t pid;
	int pid_fd;
	int in, out, err;  /* the terminal's one end is IN and OUT */
	struct buf unread; /* input that it did not take yet */
	bool in_ends;	   /* ... and after which there is none */
};

bool command_is(const char *text, size_t len)
{
	return len >= sizeof(MODE) && !memcmp(text, MODE, sizeof(MODE));
}

int command_parse(char *text, size_t len, struct command *command)
{
	char *end = text + len; /* a NUL stands here */
	size_t words = 0;

	command->argv = zalloc(len + 1, sizeof(*command->argv));
	for (char *at = text; at < end; at += strlen(at) + 1) {
		size_t n = words++;

		if (n == 1 && !strncmp(at, "tty=", 4))
			command->tty = at[4] == '1';
		else if (n == 2 && !strncmp(at, "cwd=", 4))
			command->folder = at + 4;
		else if (n >= 3)
			command->argv[n - 3] = at;
		else if (n)
			return -EINVAL;
	}
	return words > 3 ? 0 : -EINVAL;
}

/* In the child. Does not return. */
static void become(const struct command *command, int in, int out, int err)
{
	setsid();
	if (command->tty)
		ioctl(in, TIOCSCTTY, 0);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	if (chdir(command->folder))
		fprintf(stderr, "%s: %s\n", command->folder, strerror(errno));
	else if (execvp(command->argv[0], command->argv))
		fprintf(stderr, "%s: %s\n", command->argv[0], strerror(errno));
	_exit(127);
}

static int start_on_tty(const struct command *command, struct running *running)
{
	cleanup_close int slave = -1;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) || unlockpt(master))
		return -errno;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return -errno;
	running->in = fcntl(master, F_DUPFD_CLOEXEC, 0);
	running->out = master;
	running->pid = fork();
	if (!running->pid)
		become(command, slave, slave, slave);
	return running->pid < 0 ? -errno : 0;
}

static int start_on_pipes(const struct command *command, struct running *running)
{
	int in[2], out[2], err[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return -errno;
	running->in = in[1];
	running->out = out[0];
	running->err = err[0];
	running->pid = fork();
	if (!running->pid)
		become(command, in[0], out[1], err[1]);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	return running->pid < 0 ? -errno : 0;
}

static void unblock(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int start(const struct command *command, struct running *running)
{
	int err = command->tty ? start_on_tty(command, running) : start_on_pipes(command, running);

	if (err)
		return err;
	unblock(running->in);
	unblock(running->out);
	unblock(running->err);
	running->pid_fd = pidfd_open(running->pid, 0);
	return running->pid_fd < 0 ? -errno : 0;
}

/* Pass on what there is to read; close *FD at its end. */
static int pass_output(struct running *running, int *fd, const char *word)
{
	char chunk[16384];
	ssize_t got = 0;
	int err = 0;

	while (*fd >= 0 && !err && (got = read(*fd, chunk, sizeof(chunk))) > 0)
		err = channel_send(running->channel, word, chunk, (size_t)got);
	if (*fd >= 0 && !err && (!got || errno != EAGAIN)) /* a terminal that was hung up gives EIO */
		close(steal_fd(fd));
	return err;
}

static void feed(struct running *running)
{
	struct buf *unread = &running->unread;
	ssize_t put;

	while (running->in >= 0 && unread->len) {
		put = write(running->in, unread->data, unread->len);
		if (put < 0 && errno == EAGAIN)
			return;
		buf_consume(unread, put < 0 ? unread->len : (size_t)put); /* nobody reads it: dropped */
	}
	if (running->in_ends && running->in >= 0)
		close(steal_fd(&running->in));
}

static void take_input(struct running *running, const char *data, size_t len)
{
	static const char end_of_file = 4; /* what a terminal makes the end of its input of */

	buf_add(&running->unread, data, len);
	if (!len && running->tty)
		buf_add(&running->unread, &end_of_file, 1);
	else if (!len)
		running->in_ends = true;
	feed(running);
}

static void set_size(struct running *running, const char *size)
{
	struct winsize window = {0};

	if (running->tty && running->out >= 0 && sscanf(size, "%hu %hu", &window.ws_row, &window.ws_col) == 2)
		ioctl(running->out, TIOCSWINSZ, &window);
}

static void obey(struct running *running, const char *word, const char *data, size_t len)
{
	if (!strcmp(word, "in"))
		take_input(running, data, len);
	else if (!strcmp(word, "winch"))
		set_size(running, data);
	else if (!strcmp(word, "signal"))
		kill(-running->pid, atoi(data));
}

/* What was read already; the answer to the plan may have brought the first input with it. */
static int take_messages(struct running *running)
{
	char word[16], *data;
	size_t len;
	int got;

	while ((got = channel_take(running->channel, word, &data, &len)) > 0) {
		obey(running, word, data, len);
		free(data);
	}
	return got;
}

/* One round of the loop: 1 once the command has ended, 0 while it runs, -errno. */
static int serve(struct running *running)
{
	struct pollfd fds[] = {
		{.fd = running->channel->fd, .events = POLLIN},
		{.fd = running->out, .events = POLLIN},
		{.fd = running->err, .events = POLLIN},
		{.fd = running->pid_fd, .events = POLLIN},
		{.fd = running->unread.len ? running->in : -1, .events = POLLOUT},
	};
	int err = 0;

	if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[0].revents & POLLIN)
		err = channel_read(running->channel);
	if (err >= 0)
		err = take_messages(running);
	if (!err && fds[4].revents)
		feed(running);
	if (!err)
		err = pass_output(running, &running->out, "out");
	if (!err)
		err = pass_output(running, &running->err, "err");
	if (err)
		return err;
	return fds[3].revents ? 1 : 0;
}

static int tell_end(struct running *running)
{
	cleanup_free char *status = NULL;
	int how = 0;

	waitpid(running->pid, &how, 0);
	pass_output(running, &running->out, "out");
	pass_output(running, &running->err, "err");
	status = text("%d", WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how));
	return channel_send(running->channel, "exit", status, strlen(status));
}

int command_run(const struct command *command, struct channel *channel)
{
	struct running running = {
		.channel = channel, .tty = command->tty, .pid_fd = -1, .in = -1, .out = -1, .err = -1};
	int got = start(command, &running);

	signal(SIGPIPE, SIG_IGN);
	if (!got)
		got = take_messages(&running);
	while (!got)
		got = serve(&running);
	return got < 0 ? got : tell_end(&running);
}
