// SPDX-License-Identifier: GPL-2.0-only
#include "tests/lifecycle/lab.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The process is the leader of a group, as a shell would have it: a terminal's signals go to all of it. */
static void __attribute__((noreturn)) become(const char *command, int out)
{
	cleanup_free char *path = text("%s/bin:%s", getenv("O"), getenv("PATH"));

	setpgid(0, 0);
	setenv("PATH", path, 1);
	setenv("V", "1", 1);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

int lab_start(struct lab *lab, const char *command)
{
	int ends[2];

	*lab = (struct lab){.out = -1};
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	lab->pid = fork();
	if (!lab->pid)
		become(command, ends[1]);
	close(ends[1]);
	lab->out = ends[0];
	return lab->pid < 0 ? -errno : 0;
}

/* More of the output, UNTIL at most. False at its end, or when the time is over. */
static bool read_more(struct lab *lab, long until)
{
	struct pollfd event = {.fd = lab->out, .events = POLLIN};
	long left = until - now_ms();
	char chunk[4096];
	ssize_t got;

	if (left <= 0 || poll(&event, 1, (int)left) <= 0)
		return false;
	got = read(lab->out, chunk, sizeof(chunk));
	if (got > 0)
		buf_add(&lab->said, chunk, (size_t)got);
	return got > 0;
}

bool lab_wait_for(struct lab *lab, const char *words, unsigned int seconds)
{
	long until = now_ms() + seconds * 1000L;

	while (!lab->said.len || !strstr(lab->said.data, words))
		if (!read_more(lab, until))
			return false;
	return true;
}

static bool reap(struct lab *lab, long until)
{
	cleanup_close int fd = (int)syscall(SYS_pidfd_open, lab->pid, 0);
	long left = until - now_ms();
	int status;

	if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, left > 0 ? (int)left : 0) != 1)
		return false;
	waitpid(lab->pid, &status, 0);
	lab->pid = 0;
	lab->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return true;
}

bool lab_wait(struct lab *lab, unsigned int seconds)
{
	cleanup_free char *path = text("%s/" LAB_REPORTS "/latest/results.json", getenv("O"));
	long until = now_ms() + seconds * 1000L;

	while (read_more(lab, until))
		;
	if (!reap(lab, until))
		return false;
	lab->results = json_object_from_file(path);
	return true;
}

void lab_free(struct lab *lab)
{
	if (lab->pid > 0) {
		kill(-lab->pid, SIGKILL);
		waitpid(lab->pid, NULL, 0);
	}
	cleanup_close_p(&lab->out);
	buf_free(&lab->said);
	json_object_put(lab->results);
}

json_object *lab_case(const struct lab *lab, const char *name)
{
	json_object *cases = json_object_object_get(lab->results, "cases");

	for (size_t i = 0; cases && i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);

		if (!strcmp(json_object_get_string(json_object_object_get(record, "case")), name))
			return record;
	}
	return NULL;
}

static bool command_has(const char *pid, const char *words, const char *more)
{
	cleanup_free char *path = text("/proc/%s/cmdline", pid);
	cleanup_free char *line = NULL;
	size_t len;

	if (file_read(path, &line, &len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!line[i])
			line[i] = ' ';
	return strstr(line, words) && strstr(line, more);
}

pid_t find_process(const char *words, const char *more)
{
	cleanup_dir DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) && command_has(entry->d_name, words, more))
			return atoi(entry->d_name);
	return 0;
}

bool wait_gone(const char *words, const char *more, unsigned int seconds)
{
	long until = now_ms() + seconds * 1000L;
	pid_t pid;

	while ((pid = find_process(words, more))) {
		cleanup_close int fd = (int)syscall(SYS_pidfd_open, pid, 0);
		long left = until - now_ms();

		if (left <= 0)
			return false;
		if (fd >= 0)
			poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, (int)left);
	}
	return true;
}

char *mounts(void)
{
	char *content = NULL;

	file_read("/proc/self/mountinfo", &content, NULL);
	return content;
}
