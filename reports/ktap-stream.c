// SPDX-License-Identifier: GPL-2.0-only
#include "reports/ktap-stream.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/ktap.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A case of the stream: how often it was opened so far, and whether its result line is written. */
struct stream_case {
	const struct record *record;
	unsigned int opened;
	bool done;
};

struct stream_writer {
	struct buf out;
	struct entries {
		struct stream_case *items; /* by number */
		size_t count;
	} entries;
	struct stream_case *open; /* the case that the guest is running */
};

static int by_number(const void *a, const void *b)
{
	const struct record *left = ((const struct stream_case *)a)->record;
	const struct record *right = ((const struct stream_case *)b)->record;

	return (left->number > right->number) - (left->number < right->number);
}

static struct stream_case *find_entry(const struct stream_writer *writer, unsigned int number)
{
	const struct record wanted = {.number = number};
	const struct stream_case key = {.record = &wanted};

	return writer->entries.count ? bsearch(&key, writer->entries.items, writer->entries.count,
					       sizeof(key), by_number)
				     : NULL;
}

/* Why the latest attempt at ENTRY does not count; NULL if it does. */
static const char *why_discarded(const struct stream_case *entry)
{
	const struct list *discarded = &entry->record->result.discarded;

	return entry->opened <= discarded->count ? discarded->items[entry->opened - 1] : NULL;
}

void ktap_write_lost(const struct record *record, struct buf *out)
{
	const char *reason = record->result.reason ?: "";

	if (record->result.verdict == VERDICT_FAIL)
		buf_printf(out, "# fail: %s\nnot ok %u %s\n", reason, record->number, record->name);
	else
		buf_printf(out, "not ok %u %s # ERROR %s%s\n", record->number, record->name,
			   record->result.verdict == VERDICT_MISS ? "not run: " : "", reason);
}

static void write_lost(struct stream_writer *writer, struct stream_case *entry)
{
	entry->done = true;
	ktap_write_lost(entry->record, &writer->out);
}

/* Write the missing result lines of the cases before NUMBER. */
static void write_missing(struct stream_writer *writer, unsigned int number)
{
	for (size_t i = 0; i < writer->entries.count; i++) {
		struct stream_case *entry = &writer->entries.items[i];

		if (!entry->done && entry->record->number < number)
			write_lost(writer, entry);
	}
}

static void write_garbage(struct stream_writer *writer, const char *line)
{
	cleanup_free char *clean = printable(line);

	buf_printf(&writer->out, "# garbage: %s\n", clean);
}

static void take_opening(struct stream_writer *writer, const char *line, unsigned int number)
{
	writer->open = find_entry(writer, number);
	if (!writer->open) {
		write_garbage(writer, line);
		return;
	}
	writer->open->opened++;
	write_missing(writer, number);
	buf_printf(&writer->out, "%s\n", line);
}

/* The guest has finished the case. Its own result counts, unless the attempt was discarded. */
static void take_result(struct stream_writer *writer, const char *line, unsigned int number)
{
	struct stream_case *open = writer->open;
	const char *discarded = open ? why_discarded(open) : NULL;

	if (!open || open->record->number != number) {
		write_garbage(writer, line);
		return;
	}
	writer->open = NULL;
	if (discarded) {
		buf_printf(&writer->out, "# discarded: %s\n", discarded);
		return;
	}
	open->done = true;
	buf_printf(&writer->out, "%s\n", line);
}

static void take_line(struct stream_writer *writer, const char *line)
{
	cleanup_free char *parsed = text("%s", line);
	struct ktap_line of;

	ktap_parse(parsed, &of);
	switch (of.kind) {
	case KTAP_CASE:
		take_opening(writer, line, of.number);
		break;
	case KTAP_OK:
	case KTAP_NOT_OK:
		take_result(writer, line, of.number);
		break;
	case KTAP_PLAN:
		/* The first guest's plan does not include retries. */
		buf_printf(&writer->out, "1..%zu\n", writer->entries.count);
		break;
	case KTAP_GARBAGE:
		write_garbage(writer, line);
		break;
	default:
		buf_printf(&writer->out, "%s\n", line);
	}
}

/* The guest has ended, perhaps in the middle of a case. */
static void end_guest(struct stream_writer *writer)
{
	struct stream_case *open = writer->open;
	const char *discarded = open ? why_discarded(open) : NULL;

	writer->open = NULL;
	if (discarded)
		buf_printf(&writer->out, "# discarded: %s\n", discarded);
	else if (open)
		write_lost(writer, open);
}

/* Ignores an incomplete last line, which a lost guest leaves. */
static int take_guest(struct stream_writer *writer, const char *folder, const char *name)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	cleanup_free char *stream = NULL;
	size_t len;
	int err = file_read(path, &stream, &len);
	char *end;

	if (err)
		return err;
	for (char *line = stream; line < stream + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(stream + len - line));
		if (!end) {
			write_garbage(writer, line);
			break;
		}
		*end = '\0';
		take_line(writer, line);
	}
	end_guest(writer);
	return 0;
}

static bool read_name(const char *name, unsigned int *part, unsigned int *guest)
{
	return sscanf(name, "%u.%u", part, guest) == 2;
}

static int by_guest(const void *a, const void *b)
{
	unsigned int part[2] = {0}, guest[2] = {0};

	read_name(*(char *const *)a, &part[0], &guest[0]);
	read_name(*(char *const *)b, &part[1], &guest[1]);
	if (part[0] != part[1])
		return part[0] < part[1] ? -1 : 1;
	return (guest[0] > guest[1]) - (guest[0] < guest[1]);
}

/* List the streams in FOLDER, sorted by part and guest. */
static void list_streams(const char *folder, struct list *names)
{
	cleanup_dir DIR *dir = opendir(folder);
	unsigned int part, guest;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (read_name(entry->d_name, &part, &guest))
			list_add(names, entry->d_name);
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), by_guest);
}

static void add_entries(struct stream_writer *writer, const struct results *results,
			const char *kernel, const char *machine)
{
	struct entries *entries = &writer->entries;

	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];

		/* Subtests are in the stream as their case wrote them. */
		if (record->number && !strcmp(record->kernel, kernel) &&
		    !strcmp(record->machine, machine))
			array_add(entries)->record = record;
	}
	if (entries->count)
		qsort(entries->items, entries->count, sizeof(*entries->items), by_number);
}

/* Whether a guest ran one of the cases. */
static bool any_ran(const struct stream_writer *writer)
{
	for (size_t i = 0; i < writer->entries.count; i++)
		if (writer->entries.items[i].record->guest)
			return true;
	return false;
}

static int write_machine(const struct results *results, const char *folder, const char *kernel,
			 const char *machine)
{
	cleanup_free char *streams = text("%s/%s/%s.streams", folder, kernel, machine);
	cleanup_free char *path = text("%s/%s/%s.ktap", folder, kernel, machine);
	cleanup_list struct list names = {0};
	struct stream_writer writer = {0};
	int err = 0;

	add_entries(&writer, results, kernel, machine);
	list_streams(streams, &names);
	if (!names.count && any_ran(&writer))
		goto free;
	if (!names.count)
		buf_printf(&writer.out, "KTAP version 1\n1..%zu\n", writer.entries.count);
	for (size_t i = 0; i < names.count && !err; i++)
		err = take_guest(&writer, streams, names.items[i]);
	write_missing(&writer, UINT_MAX);
	if (!err && writer.entries.count)
		err = file_write(path, writer.out.data, writer.out.len);
free:
	free(writer.entries.items);
	buf_free(&writer.out);
	return err;
}

int ktap_write(const struct results *results, const char *folder)
{
	int err = 0;

	for (size_t k = 0; k < results->kernels.count && !err; k++)
		for (size_t m = 0; m < results->machines.count && !err; m++)
			err = write_machine(results, folder, results->kernels.items[k].name,
					    results->machines.items[m].name);
	return err;
}
