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

pid_t process_find(const char *proc, const char *name)
{
	cleanup_dir DIR *dir = opendir(proc);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)*entry->d_name) && is_called(proc, entry->d_name, name))
			return atoi(entry->d_name);
	return 0;
}

/* What the thread has waited, in ns; 0 if it is gone or not counted. */
static uint64_t waited(const char *proc, pid_t pid, pid_t tid)
{
	cleanup_free char *path = text("%s/%d/task/%d/schedstat", proc, (int)pid, (int)tid);
	cleanup_free char *content = NULL;
	unsigned long long ns = 0;

	if (!file_read(path, &content, NULL))
		sscanf(content, "%*u %llu", &ns);
	return ns;
}

void run_delay_begin(struct run_delay *delay, const char *proc, pid_t pid)
{
	cleanup_free char *path = text("%s/%d/task", proc, (int)pid);
	cleanup_dir DIR *dir = pid ? opendir(path) : NULL;
	struct dirent *entry;

	*delay = (struct run_delay){.pid = pid};
	while (dir && (entry = readdir(dir)) && delay->count < RUN_DELAY_THREADS_MAX) {
		pid_t tid = atoi(entry->d_name);

		if (!tid)
			continue;
		delay->threads[delay->count].tid = tid;
		delay->threads[delay->count++].ns = waited(proc, pid, tid);
	}
}

unsigned int run_delay_ms(const struct run_delay *delay, const char *proc)
{
	uint64_t longest = 0;

	for (size_t i = 0; i < delay->count; i++) {
		uint64_t now = waited(proc, delay->pid, delay->threads[i].tid);

		if (now > delay->threads[i].ns && now - delay->threads[i].ns > longest)
			longest = now - delay->threads[i].ns;
	}
	return (unsigned int)(longest / 1000000);
}
