// SPDX-License-Identifier: GPL-2.0-only
#include "tests/lifecycle/lab.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/*
 * The process leads a process group, as under a shell: a terminal's signals go to the whole group.
 */
static void __attribute__((noreturn)) become(const char *command, int out)
{
	cleanup_free char *path = text("%s/bin:%s", getenv("O"), getenv("PATH"));

	setpgid(0, 0);
	setenv("PATH", path, 1);
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

/* Reads more output, at most until UNTIL. Returns false at its end or on timeout. */
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
		buf_add(&lab->printed, chunk, (size_t)got);
	return got > 0;
}

bool lab_wait_for(struct lab *lab, const char *words, unsigned int seconds)
{
	long until = now_ms() + seconds * 1000L;

	while (!lab->printed.len || !strstr(lab->printed.data, words))
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
	/* Keep the output: greatest prints a test's message after the test's clean-up. */
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

const char *field(json_object *record, const char *key)
{
	json_object *value = json_object_object_get(record, key);

	return value ? json_object_get_string(value) : "";
}

/* Returns the parent of PID, the fourth field of its stat, or 0 if the process has exited. */
static pid_t parent_of(pid_t pid)
{
	cleanup_free char *path = text("/proc/%d/stat", (int)pid);
	cleanup_free char *stat = NULL;
	const char *name_end;
	int parent = 0;

	if (!file_read(path, &stat, NULL) && (name_end = strrchr(stat, ')')))
		sscanf(name_end + 1, " %*c %d", &parent);
	return parent;
}

static bool descends(pid_t pid, pid_t from)
{
	while (pid > 1 && pid != from)
		pid = parent_of(pid);
	return pid == from;
}

/* Calls VISIT with each descendant of LAB, until it returns false. */
static void each_descendant(const struct lab *lab, bool (*visit)(pid_t pid, void *context),
			    void *context)
{
	cleanup_dir DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;

		if (pid && descends(pid, lab->pid) && !visit(pid, context))
			return;
	}
}

struct search {
	const char *words;
	pid_t found;
};

static bool has_words(pid_t pid, void *context)
{
	struct search *search = context;
	cleanup_free char *path = text("/proc/%d/cmdline", (int)pid);
	cleanup_free char *line = NULL;
	size_t len;

	if (file_read(path, &line, &len))
		return true;
	for (size_t i = 0; i < len; i++)
		if (!line[i])
			line[i] = ' ';
	if (strncmp(line, search->words, strlen(search->words)))
		return true;
	search->found = pid;
	return false;
}

pid_t lab_process(const struct lab *lab, const char *words)
{
	struct search search = {words, 0};

	each_descendant(lab, has_words, &search);
	return search.found;
}

static bool add_member(pid_t pid, void *context)
{
	struct family *family = context;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return true;
	family->members =
		reallocarray(family->members, family->count + 1, sizeof(*family->members));
	if (!family->members)
		abort();
	family->members[family->count++] = fd;
	return true;
}

void family_of(const struct lab *lab, struct family *family)
{
	*family = (struct family){0};
	each_descendant(lab, add_member, family);
}

bool family_gone(struct family *family, unsigned int seconds)
{
	long until = now_ms() + seconds * 1000L;
	bool gone = true;

	for (size_t i = 0; i < family->count; i++) {
		long left = until - now_ms();

		gone &= poll(&(struct pollfd){.fd = family->members[i], .events = POLLIN}, 1,
			     left > 0 ? (int)left : 0) == 1;
		close(family->members[i]);
	}
	free(family->members);
	return gone;
}

char *mounts(void)
{
	char *content = NULL;

	file_read("/proc/self/mountinfo", &content, NULL);
	return content;
}
