// SPDX-License-Identifier: GPL-2.0-only
#include "runner/bisect/tool.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* How long a tool may take to end after a signal: it removes what is half-written. */
#define END_MS 20000

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP};

static void __attribute__((noreturn)) become(const struct tool *tool, int log, int out)
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	/* lab/tools/enter ignores these for the sandbox, and a shell cannot undo that. */
	for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
		signal(passed_on[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	execvp(tool->argv.items[0], tool->argv.items);
	dprintf(STDERR_FILENO, "vfiolab: cannot run %s\n", tool->argv.items[0]);
	_exit(127);
}

/* A terminal sends its signals to the tool itself. */
static void pass_on(const struct signalfd_siginfo *info, pid_t pid)
{
	if (info->ssi_code != SI_KERNEL)
		kill(pid, (int)info->ssi_signo);
}

/* Wait until the tool ends or a signal arrives. Returns 0 or -EINTR; the tool has then ended. */
static int wait_end(int signals, int exited, pid_t pid)
{
	struct pollfd events[] = {{.fd = exited, .events = POLLIN},
				  {.fd = signals, .events = POLLIN}};
	struct signalfd_siginfo info;

	while (poll(events, ARRAY_SIZE(events), -1) < 0)
		;
	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	pass_on(&info, pid);
	if (poll(events, 1, END_MS) != 1)
		kill(pid, SIGKILL);
	return -EINTR;
}

static int take_output(int fd, struct buf *out)
{
	char chunk[65536];
	ssize_t got;

	if (lseek(fd, 0, SEEK_SET))
		return -errno;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)got);
	return got < 0 ? -errno : 0;
}

static int exit_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run(const struct tool *tool, int log, int out)
{
	cleanup_close int signals = signals_open(passed_on, ARRAY_SIZE(passed_on), SFD_NONBLOCK);
	cleanup_close int exited = -1;
	pid_t pid = fork();
	int err, status;

	if (!pid)
		become(tool, log, out);
	if (pid < 0)
		return -errno;
	exited = (int)syscall(SYS_pidfd_open, pid, 0);
	err = exited < 0 ? -errno : wait_end(signals, exited, pid);
	if (exited < 0)
		kill(pid, SIGKILL);
	status = exit_status(pid);
	return err ?: status;
}

int tool_run(const struct tool *tool)
{
	cleanup_close int log = open(tool->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	cleanup_close int out = tool->out ? memfd_create("output", MFD_CLOEXEC) : -1;
	int status, err;

	if (log < 0 || (tool->out && out < 0))
		return -errno;
	status = run(tool, log, tool->out ? out : log);
	if (status < 0 || !tool->out)
		return status;
	err = take_output(out, tool->out);
	return err ?: status;
}

char *tool_line_with(const char *content, const char *word, bool last)
{
	const char *found = NULL;

	for (const char *at = content; at && (at = strstr(at, word)) && (last || !found);
	     at += strlen(word))
		found = at;
	if (!found)
		return NULL;
	while (found > content && found[-1] != '\n')
		found--;
	return text("%.*s", (int)strcspn(found, "\n"), found);
}

void tool_message(const char *log, struct buf *why)
{
	static const char prefix[] = "vfiolab: ";
	cleanup_free char *content = NULL;
	cleanup_free char *line = NULL;

	if (!file_read(log, &content, NULL))
		line = tool_line_with(content, prefix, true);
	if (!line)
		buf_printf(why, "failed: see %s", log);
	else
		buf_puts(why, strncmp(line, prefix, strlen(prefix)) ? line : line + strlen(prefix));
}

void tool_free(struct tool *tool)
{
	list_free(&tool->argv);
}
