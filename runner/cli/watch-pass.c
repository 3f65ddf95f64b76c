// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/watch-pass.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/bisect/tool.h"
#include "runner/cli/command.h"
#include "runner/cli/run-changed.h"
#include "runner/cli/run-folder.h"
#include "runner/cli/watch-ready.h"
#include "runner/reach/edits.h"
#include "runner/reach/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The exit status of runner/watch/build if the source does not build. */
#define EXIT_NOT_BUILT 3

/* How long a pass may take to end after a signal: a build and guests end at once. */
#define END_MS 20000

/* How many passes keep their results and consoles. */
#define PASSES_KEPT 10

/* The name of the kernel. */
#define KERNEL "local"

static const char *const words[PASS_WORDS] = {
	[PASS_BUILT] = "built", [PASS_BROKEN] = "broken", [PASS_REACH] = "reach",
	[PASS_JOB] = "job",	[PASS_CASE] = "case",	  [PASS_IDLE] = "idle",
	[PASS_ERROR] = "error",
};

/* Send a line to the parent. TEXT has no newline. */
static void send_line(int fd, enum pass_word word, const char *content)
{
	cleanup_free char *line = text("%s %s\n", words[word], content);

	write_all(fd, line, strlen(line));
}

static void send_case(void *context, const struct record *record)
{
	cleanup_free char *json = json_write(&record_type, record, false);

	send_line(*(const int *)context, PASS_CASE, json);
}

/* The last message of the lab in the log, without "vfiolab: ". */
static void send_message(const struct pass *pass, int fd)
{
	cleanup_buf struct buf message = BUF_INIT;

	tool_message(pass->log, &message);
	send_line(fd, PASS_ERROR, message.data);
}

/* The last line of OUT. */
static const char *last_line(struct buf *out)
{
	const char *before;

	if (out->len && out->data[out->len - 1] == '\n')
		out->data[out->len - 1] = '\0';
	before = out->len ? strrchr(out->data, '\n') : NULL;
	return before ? before + 1 : out->data ?: "";
}

/*
 * Build the kernel; *WHOLE is whether all of it. Returns 0, or another number after telling why
 * not.
 */
static int build(const struct pass *pass, int fd, bool *whole)
{
	cleanup_buf struct buf out = BUF_INIT;
	cleanup_tool struct tool tool = {.log = pass->log, .out = &out};
	int status;

	list_addf(&tool.argv, "%s/runner/watch/build", pass->settings->top);
	list_add(&tool.argv, pass->source);
	list_add(&tool.argv, pass->since ?: "");
	list_add(&tool.argv, pass->since_whole ?: "");
	for (size_t i = 0; i < pass->saved->count && pass->since; i++)
		list_add(&tool.argv, pass->saved->items[i]);
	status = tool_run(&tool);
	if (status == EXIT_NOT_BUILT)
		send_line(fd, PASS_BROKEN, "");
	else if (status > 0)
		send_message(pass, fd);
	if (status)
		return status;
	send_line(fd, PASS_BUILT, last_line(&out));
	*whole = !!strchr(last_line(&out), ' ');
	return 0;
}

/* Which jobs the pass ran, in their order: the next pass may run the same. */
static void send_jobs(const struct plan *plan, int fd)
{
	for (size_t j = 0; j < plan->count; j++) {
		cleanup_job struct job bare = {0};
		cleanup_free char *json = NULL;

		job_copy_bare(&bare, &plan->jobs[j]);
		json = json_write(&job_type, &bare, false);
		send_line(fd, PASS_JOB, json);
	}
}

/* Nothing has run yet: any job may be the first. */
static void foresee(const struct pass *pass, int fd)
{
	struct image_delta delta;
	struct run run = {.choice = *pass->choice, .name = PASSES, .delta = &delta};

	watch_ready_delta(pass->settings->out, &delta);
	run.choice.only_changed = false;
	if (!run_plan_only(&run, pass->settings))
		send_jobs(&run.plan, fd);
}

/* The lanes are no use if the guests' kernel was built anew. */
static struct ready_lanes *ready_of(const struct pass *pass, bool whole)
{
	for (size_t i = 0; i < pass->ready->count && whole; i++)
		lane_stop(&pass->ready->items[i].lane);
	return pass->ready;
}

/* Whether there is something to run: the first pass has only what is not committed. */
static bool has_changes(const struct pass *pass, int fd)
{
	cleanup_reach struct reach reach = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (pass->since || !pass->choice->only_changed)
		return true;
	if (reach_nearest(pass->settings, KERNEL, &reach, &why)) {
		send_line(fd, PASS_ERROR,
			  "it is not known what the cases reach: run make reach first, or use "
			  "--all");
		return false;
	}
	if (edits_uncommitted(pass->settings, KERNEL))
		return true;
	send_line(fd, PASS_IDLE, "");
	foresee(pass, fd);
	return false;
}

static void run_cases(const struct pass *pass, int fd, bool whole)
{
	struct image_delta delta;
	/* It shares the lists of the choice; this process frees nothing. */
	struct run run = {
		.choice = *pass->choice,
		.name = PASSES,
		.since = whole ? pass->since_whole : pass->since,
		.failing = pass->failing,
		.listener = send_case,
		.listener_context = &fd,
		.ready = ready_of(pass, whole),
		.delta = &delta,
	};
	cleanup_free char *passes = text("%s/" PASSES, pass->settings->out);
	cleanup_free char *reach = NULL;
	int status;

	watch_ready_delta(pass->settings->out, &delta);
	status = run_carry_out(&run, pass->settings);
	reach = run_describe_changed(&run);
	send_jobs(&run.plan, fd);

	fflush(NULL);
	folder_prune(passes, PASSES_KEPT);
	if (status == EXIT_LAB)
		send_message(pass, fd);
	else
		send_line(fd, PASS_REACH, reach ?: "all cases");
}

static void __attribute__((noreturn)) become_pass(const struct pass *pass, int fd)
{
	int log = open(pass->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
	int null = open("/dev/null", O_RDWR);
	bool whole = true;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	if (!build(pass, fd, &whole) && has_changes(pass, fd))
		run_cases(pass, fd, whole);
	_exit(0);
}

int pass_start(const struct pass *pass, struct pass_process *process)
{
	int ends[2];

	*process = (struct pass_process){.fd = -1};
	fflush(NULL);
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	process->pid = fork();
	if (!process->pid)
		become_pass(pass, ends[1]);
	close(ends[1]);
	process->fd = ends[0];
	return process->pid < 0 ? -errno : 0;
}

static int parse_line(const char *content, struct pass_line *line)
{
	size_t len = strcspn(content, " ");

	*line = (struct pass_line){0};
	while (line->word < PASS_WORDS &&
	       (strlen(words[line->word]) != len || strncmp(words[line->word], content, len) != 0))
		line->word++;
	if (line->word == PASS_WORDS || !content[len])
		return -EPROTO;
	line->text = text("%s", content + len + 1);
	if (line->word == PASS_CASE && json_read(&record_type, line->text, &line->record, NULL))
		return -EPROTO;
	return 1;
}

int pass_read(struct pass_process *process, bool may_read, struct pass_line *line)
{
	struct buf *pending = &process->pending;
	char *end = pending->len ? memchr(pending->data, '\n', pending->len) : NULL;
	cleanup_free char *content = NULL;
	char chunk[16384];
	ssize_t got;

	if (!end && may_read) {
		got = read(process->fd, chunk, sizeof(chunk));
		if (got <= 0)
			return -EPIPE;
		buf_add(pending, chunk, (size_t)got);
		end = memchr(pending->data, '\n', pending->len);
	}
	if (!end)
		return 0;
	content = text("%.*s", (int)(end - pending->data), pending->data);
	buf_consume(pending, (size_t)(end - pending->data) + 1);
	return parse_line(content, line);
}

/* Wait until it has ended, and read what it still sends: it must not wait for a reader. */
static void drain(const struct pass_process *process, int exited)
{
	struct pollfd events[] = {{.fd = exited, .events = POLLIN},
				  {.fd = process->fd, .events = POLLIN}};
	const int64_t end = now_ms() + END_MS;
	char chunk[4096];

	for (int64_t left = END_MS; left > 0 && !events[0].revents; left = end - now_ms()) {
		if (poll(events, ARRAY_SIZE(events), (int)left) < 0)
			continue;
		if (events[1].revents && read(process->fd, chunk, sizeof(chunk)) <= 0)
			events[1].fd = -1;
	}
	if (!events[0].revents)
		kill(process->pid, SIGKILL);
}

void pass_end(struct pass_process *process)
{
	cleanup_close int exited = -1;

	if (process->pid > 0) {
		exited = (int)syscall(SYS_pidfd_open, process->pid, 0);
		kill(process->pid, SIGTERM);
		drain(process, exited);
		waitpid(process->pid, NULL, 0);
	}
	cleanup_close_p(&process->fd);
	buf_free(&process->pending);
	*process = (struct pass_process){.fd = -1};
}

void pass_line_free(struct pass_line *line)
{
	free(line->text);
	json_free(&record_type, &line->record);
	*line = (struct pass_line){0};
}
