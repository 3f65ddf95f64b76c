// SPDX-License-Identifier: GPL-2.0-only
#include "reports/traces/trace.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/merge-logs.h"

#include <string.h>

/* FOLDER/SHARD/KERNEL/MACHINE.traces/NAME[.ATTEMPT].trace without FOLDER, if that exists. */
static char *path_in(const char *folder, const char *shard, const struct record *record)
{
	cleanup_free char *attempt =
		record->attempt > 1 ? text(".%u", record->attempt) : text("%s", "");
	cleanup_free char *path = text("%s%s/%s.traces/%s%s.trace", shard, record->kernel,
				       record->machine, record->name, attempt);
	cleanup_free char *whole = text("%s/%s", folder, path);

	return access(whole, R_OK) ? NULL : steal(path);
}

char *trace_path(const char *folder, const struct record *record)
{
	char *path = path_in(folder, "", record);
	cleanup_dir DIR *dir = path ? NULL : opendir(folder);
	struct dirent *entry;

	while (dir && !path && (entry = readdir(dir))) {
		cleanup_free char *shard = text("%s/", entry->d_name);

		if (!strncmp(shard, SHARD_LOGS, strlen(SHARD_LOGS)))
			path = path_in(folder, shard, record);
	}
	return path;
}

/* The next word at *AT, ended by a NUL in place; NULL if there is none. */
static char *take_word(char **at)
{
	char *word = *at + strspn(*at, " "), *end = word + strcspn(word, " ");

	if (!*word)
		return NULL;
	*at = end;
	if (*end)
		*(*at)++ = '\0';
	return word;
}

/* WHOLE is the same line; LINE is cut. */
static void add_line(struct trace *trace, char *line, const char *whole)
{
	struct trace_event *added;
	char *at = line;
	const char *time, *device;

	if (*line == '#')
		return;
	time = take_word(&at);
	device = take_word(&at);
	at += strspn(at, " ");
	if (!time || !device || !*at)
		return;
	trace->events = one_more(trace->events, trace->count, sizeof(*added));
	added = &trace->events[trace->count++];
	*added = (struct trace_event){.line = whole, .device = device, .what = at};
}

int trace_read(const char *path, struct trace *trace)
{
	char *line, *whole, *rest, *rest_whole;
	int err;

	*trace = (struct trace){0};
	err = file_read(path, &trace->data, NULL);
	if (err)
		return err;
	trace->lines = text("%s", trace->data);
	rest = trace->data;
	rest_whole = trace->lines;
	while ((line = strsep(&rest, "\n")) && (whole = strsep(&rest_whole, "\n")))
		add_line(trace, line, whole);
	return 0;
}

void trace_free(struct trace *trace)
{
	free(trace->events);
	free(trace->lines);
	free(trace->data);
	*trace = (struct trace){0};
}
