// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/guest-command.h"

#include "scenarios/agent/command-duts.h"
#include "scenarios/agent/judge.h"
#include "scenarios/agent/program.h"
#include "scenarios/lib/kernel/kmsg.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
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

#define DO_EXEC "do exec"

/* The running command. Descriptors are -1 once closed. */
struct running {
	struct channel *channel;
	bool tty;
	pid_t pid;
	int pid_fd;
	int in, out, err;  /* with a terminal, IN and OUT are the same */
	struct buf unread; /* input that it has not read yet */
	bool in_ends;	   /* no input follows UNREAD */
};

bool command_is(const char *text, size_t len)
{
	return len >= sizeof(DO_EXEC) && !memcmp(text, DO_EXEC, sizeof(DO_EXEC));
}

/* "NAME PATH VF MODULE", the last of which may be missing */
static int parse_dut(struct guest_command *command, char *value)
{
	char *save = NULL;
	struct command_dut dut = {.name = strtok_r(value, " ", &save),
				  .path = strtok_r(NULL, " ", &save)};
	const char *vf = strtok_r(NULL, " ", &save);

	if (!vf)
		return -EINVAL;
	dut.vf = atoi(vf);
	dut.module = strtok_r(NULL, " ", &save);
	command->duts = one_more(command->duts, command->duts_count, sizeof(dut));
	command->duts[command->duts_count++] = dut;
	return 0;
}

static int parse_setting(struct guest_command *command, char *key)
{
	char *value = strchr(key, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(key, "dut"))
		return parse_dut(command, value);
	if (!strcmp(key, "tty"))
		command->tty = *value == '1';
	else if (!strcmp(key, "banner"))
		command->banner = *value == '1';
	else if (!strcmp(key, "cwd"))
		command->folder = value;
	else if (!strcmp(key, "kernel"))
		command->kernel = value;
	else if (!strcmp(key, "machine"))
		command->machine = value;
	else
		return -EINVAL;
	return 0;
}

int command_parse(char *text, size_t len, struct guest_command *command)
{
	char *end = text + len; /* there is a NUL here */
	size_t words = 0;
	int err = 0;

	*command = (struct guest_command){.folder = "/", .kernel = "", .machine = ""};
	command->argv = zalloc(len + 1, sizeof(*command->argv));
	text += strlen(DO_EXEC) + 1;
	while (text < end && !err && strcmp(text, "--")) {
		char *next = text + strlen(text) + 1;

		err = parse_setting(command, text);
		text = next;
	}
	if (err || text >= end)
		return -EINVAL;
	for (text += strlen("--") + 1; text < end; text += strlen(text) + 1)
		command->argv[words++] = text;
	return words ? 0 : -EINVAL;
}

void command_free(struct guest_command *command)
{
	free(command->duts);
	free(command->argv);
}

/* Runs in the child. Does not return. */
static void become(const struct guest_command *command, int in, int out, int err)
{
	cleanup_buf struct buf banner = BUF_INIT;
	char *path, *why;
	int status;

	setsid();
	if (command->tty)
		ioctl(in, TIOCSCTTY, 0);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	command_export_duts(command);
	if (command->banner) {
		command_banner(command, &banner);
		write_all(STDOUT_FILENO, banner.data, banner.len);
	}
	if (chdir(command->folder)) {
		fprintf(stderr, "vfiolab: %s: %s\n", command->folder, strerror(errno));
		_exit(127);
	}
	/* Not execvp(), which passes a program of another architecture to the shell. */
	path = program_find(command->argv[0]);
	execv(path ?: "", command->argv);
	why = program_error(command->argv[0], errno, &status);
	fprintf(stderr, "vfiolab: cannot start %s: %s\n", command->argv[0], why);
	_exit(status);
}

static int start_on_tty(const struct guest_command *command, struct running *running)
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

static int start_on_pipes(const struct guest_command *command, struct running *running)
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

static int start(const struct guest_command *command, struct running *running)
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

/* Forward available output; close *FD at its end. */
static int pass_output(struct running *running, int *fd, const char *word)
{
	char chunk[16384];
	ssize_t got = 0;
	int err = 0;

	while (*fd >= 0 && !err && (got = read(*fd, chunk, sizeof(chunk))) > 0)
		err = channel_send(running->channel, word, chunk, (size_t)got);
	if (*fd >= 0 && !err &&
	    (!got || errno != EAGAIN)) /* a terminal that was hung up gives EIO */
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
		/* The command has closed its input: drop it. */
		buf_consume(unread, put < 0 ? unread->len : (size_t)put);
	}
	if (running->in_ends && running->in >= 0)
		close(steal_fd(&running->in));
}

static void take_input(struct running *running, const char *data, size_t len)
{
	static const char end_of_file = 4; /* the character that ends a terminal's input */

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

	if (running->tty && running->out >= 0 &&
	    sscanf(size, "%hu %hu", &window.ws_row, &window.ws_col) == 2)
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

/* Handle messages that are already buffered: the first input may have come with the plan. */
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

/* One round of the loop. Returns 1 once the command has ended, 0 while it runs, or -errno. */
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

/* Wait for the command and forward the rest of its output. Returns its exit status. */
static int end(struct running *running)
{
	int how = 0;

	waitpid(running->pid, &how, 0);
	pass_output(running, &running->out, "out");
	pass_output(running, &running->err, "err");
	return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}

static int report_end(struct running *running, int value)
{
	cleanup_free char *status = text("%d", value);

	return channel_send(running->channel, "exit", status, strlen(status));
}

static void report_line(void *context, const char *message)
{
	const struct running *running = context;
	/* The host's terminal is in raw mode while a command on a terminal runs. */
	cleanup_free char *line =
		text("vfiolab: the guest's kernel: %s%s", message, running->tty ? "\r\n" : "\n");

	channel_send(running->channel, "err", line, strlen(line));
}

/* Print the kernel's reports since WATCH began. Returns whether there was one. */
static bool report_kernel(struct running *running, const struct command_watch *watch)
{
	struct kmsg_report report = {0};
	int lines = 0;

	if (watch->kmsg >= 0)
		lines = kmsg_read(watch->kmsg, &report, report_line, running);
	if (lines <= 0 && taint_reports(kernel_taint() & ~watch->tainted)) {
		report_line(running, TAINTED_SILENTLY);
		return true;
	}
	return lines > 0;
}

void command_watch(struct command_watch *watch)
{
	*watch = (struct command_watch){.kmsg = kmsg_open(), .tainted = kernel_taint()};
}

int command_run(const struct guest_command *command, const struct command_watch *watch,
		struct channel *channel)
{
	struct running running = {.channel = channel,
				  .tty = command->tty,
				  .pid_fd = -1,
				  .in = -1,
				  .out = -1,
				  .err = -1};
	int got = start(command, &running);
	int status;

	signal(SIGPIPE, SIG_IGN);
	if (!got)
		got = take_messages(&running);
	while (!got)
		got = serve(&running);
	if (got < 0)
		return got;
	status = end(&running);
	/* No status of the command may hide that the kernel warned or oopsed meanwhile. */
	if (report_kernel(&running, watch))
		status = COMMAND_KERNEL_REPORT;
	return report_end(&running, status);
}
