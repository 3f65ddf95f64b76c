// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/run-delay.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_called(const char *proc, const char *pid, const char *name)
{
	cleanup_free char *path = text("%s/%s/comm", proc, pid);
	cleanup_free char *comm = NULL;

	if (file_read(path, &comm, NULL))
		return false;
	comm[strcspn(comm, "\n")] = '\0';
	return !strcmp(comm, name);
}

void processes_find(struct processes *processes, const char *proc, const char *name)
{
	cleanup_dir DIR *dir = opendir(proc);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) && processes->count < RUN_DELAY_PROCESSES_MAX)
		if (isdigit((unsigned char)*entry->d_name) && is_called(proc, entry->d_name, name))
			processes->ids[processes->count++] = atoi(entry->d_name);
}

/* The run delay of a thread in ns; 0 if the thread has exited or the kernel does not account it. */
static uint64_t waited(const char *proc, pid_t pid, pid_t tid)
{
	cleanup_free char *path = text("%s/%d/task/%d/schedstat", proc, (int)pid, (int)tid);
	cleanup_free char *content = NULL;
	unsigned long long ns = 0;

	if (!file_read(path, &content, NULL))
		sscanf(content, "%*u %llu", &ns);
	return ns;
}

static void begin_process(struct run_delay *delay, const char *proc, pid_t pid)
{
	cleanup_free char *path = text("%s/%d/task", proc, (int)pid);
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) && delay->count < RUN_DELAY_THREADS_MAX) {
		pid_t tid = atoi(entry->d_name);

		if (!tid)
			continue;
		delay->threads[delay->count].pid = pid;
		delay->threads[delay->count].tid = tid;
		delay->threads[delay->count++].ns = waited(proc, pid, tid);
	}
}

void run_delay_begin(struct run_delay *delay, const char *proc, const struct processes *processes)
{
	*delay = (struct run_delay){0};
	for (size_t i = 0; i < processes->count; i++)
		begin_process(delay, proc, processes->ids[i]);
}

unsigned int run_delay_ms(const struct run_delay *delay, const char *proc)
{
	uint64_t all = 0, longest = 0;
	pid_t pid = 0;

	/* The threads of a process are adjacent. */
	for (size_t i = 0; i < delay->count; i++) {
		uint64_t now = waited(proc, delay->threads[i].pid, delay->threads[i].tid);
		uint64_t ns = now > delay->threads[i].ns ? now - delay->threads[i].ns : 0;

		if (delay->threads[i].pid != pid) {
			all += longest;
			longest = 0;
			pid = delay->threads[i].pid;
		}
		if (ns > longest)
			longest = ns;
	}
	return (unsigned int)((all + longest) / 1000000);
}
