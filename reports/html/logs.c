// SPDX-License-Identifier: GPL-2.0-only
#include "reports/html/logs.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/merge-logs.h"
#include "reports/traces/trace.h"

#include <string.h>

#define TAIL_MAX (64 << 10)

/* PATH if it exists in FOLDER, else NULL. */
static char *existing(const char *folder, const char *path)
{
	cleanup_free char *whole = text("%s/%s", folder, path);

	return access(whole, R_OK) ? NULL : text("%s", path);
}

/* A guest's stream is called PART.GUEST: which part of its machine's cases, which guest of it. */
struct stream_name {
	unsigned int part; /* 0: there is none */
	unsigned int guest;
};

static bool is_later(const struct stream_name *name, const struct stream_name *than)
{
	return name->part > than->part || (name->part == than->part && name->guest > than->guest);
}

static bool has_case(const char *path, unsigned int number)
{
	cleanup_free char *opening = text("# case: %u ", number);
	cleanup_free char *stream = NULL;

	return !file_read(path, &stream, NULL) && strstr(stream, opening);
}

/* The stream that has RECORD: the last one, if guests before were lost or too slow. */
static struct stream_name find_stream(const char *folder, const struct record *record)
{
	cleanup_free char *path = text("%s/%s/%s.streams", folder, record->kernel, record->machine);
	cleanup_dir DIR *dir = record->guest ? opendir(path) : NULL;
	struct stream_name name, found = {0};
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_free char *file = text("%s/%s", path, entry->d_name);

		if (sscanf(entry->d_name, "%u.%u", &name.part, &name.guest) == 2 &&
		    is_later(&name, &found) && has_case(file, record->number))
			found = name;
	}
	return found;
}

/* "KERNEL/MACHINE", or "KERNEL/MACHINE.PART" for all but the first part. */
static char *base_of(const struct record *record, unsigned int part)
{
	return part > 1 ? text("%s/%s.%u", record->kernel, record->machine, part)
			: text("%s/%s", record->kernel, record->machine);
}

/* A merged run has the logs of each shard in a folder. NULL: that of RECORD has none. */
static char *find_shard(const char *folder, const struct record *record)
{
	cleanup_dir DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_free char *whole = text("%s/%s", folder, entry->d_name);

		if (!strncmp(entry->d_name, SHARD_LOGS, strlen(SHARD_LOGS)) &&
		    find_stream(whole, record).part)
			return text("%s/", entry->d_name);
	}
	return NULL;
}

void logs_find(const char *folder, const struct record *record, struct logs *logs)
{
	cleanup_free char *shard = find_shard(folder, record);
	const char *where = shard ?: "";
	cleanup_free char *whole = text("%s/%s", folder, where);
	struct stream_name name = find_stream(whole, record);
	cleanup_free char *base = base_of(record, name.part);
	cleanup_free char *console = text("%s%s.console", where, base);
	cleanup_free char *qemu = text("%s%s.console.qemu.log", where, base);
	cleanup_free char *stream = text("%s%s/%s.streams/%u.%u", where, record->kernel,
					 record->machine, name.part, name.guest);
	cleanup_free char *ktap = text("%s/%s.ktap", record->kernel, record->machine);

	logs->console = existing(folder, console);
	logs->qemu = existing(folder, qemu);
	logs->stream = existing(folder, stream);
	logs->ktap = existing(folder, ktap);
	logs->trace = trace_path(folder, record);
}

void logs_free(struct logs *logs)
{
	free(logs->console);
	free(logs->qemu);
	free(logs->stream);
	free(logs->ktap);
	free(logs->trace);
	*logs = (struct logs){0};
}

/* The end of FILE as a string, with its NUL bytes replaced. */
static char *read_end(FILE *file)
{
	char *data = calloc(TAIL_MAX + 1, 1);
	long size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
	size_t len;

	if (!data)
		abort();
	if (size < 0 || fseek(file, size > TAIL_MAX ? size - TAIL_MAX : 0, SEEK_SET))
		return data;
	len = fread(data, 1, TAIL_MAX, file);
	for (size_t i = 0; i < len; i++)
		if (!data[i])
			data[i] = '?';
	return data;
}

void logs_tail(const char *folder, const char *path, size_t lines, struct list *tail)
{
	cleanup_free char *whole = text("%s/%s", folder, path);
	cleanup_file FILE *file = fopen(whole, "re");
	cleanup_free char *data = file ? read_end(file) : NULL;
	cleanup_list struct list all = {0};

	if (!data)
		return;
	list_add_split(&all, data, "\r\n");
	for (size_t i = all.count > lines ? all.count - lines : 0; i < all.count; i++) {
		cleanup_free char *clean = printable(all.items[i]);

		list_add(tail, clean);
	}
}
