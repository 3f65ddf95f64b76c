// SPDX-License-Identifier: GPL-2.0-only
#include "reports/ktap-merge.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/ktap.h"
#include "reports/ktap-stream.h"

#include <string.h>

/* One machine on one kernel. */
struct stream {
	const char *kernel;
	const char *machine;
	const struct record **records; /* by number from 1, of the merged results */
	struct buf *blocks;	       /* the lines of each, up to its result */
	size_t count;
	struct buf rest; /* lines after the last result of each part */
};

/* Subtests, which have no number, are among the lines of their case. */
static bool is_of(const struct record *record, const struct stream *stream)
{
	return record->number && !strcmp(record->kernel, stream->kernel) &&
	       !strcmp(record->machine, stream->machine);
}

static void gather_records(struct stream *stream, const struct results *merged)
{
	stream->records = zalloc(merged->cases.count, sizeof(*stream->records));
	for (size_t i = 0; i < merged->cases.count; i++) {
		const struct record *record = &merged->cases.items[i];

		if (is_of(record, stream))
			stream->records[stream->count++] = record;
	}
	stream->blocks = zalloc(stream->count, sizeof(*stream->blocks));
}

/* The number in the merged results of case NUMBER of PART; 0 if there is none. */
static unsigned int merged_number(const struct stream *stream, const struct merge_part *part,
				  unsigned int number)
{
	for (size_t i = 0; i < part->results.cases.count; i++) {
		const struct record *record = &part->results.cases.items[i];

		if (record->number == number && is_of(record, stream))
			return part->numbers[i];
	}
	return 0;
}

/* Add LINE, which has a number, with NUMBER in its place. */
static void add_numbered(struct buf *out, const char *line, unsigned int number)
{
	size_t before = strcspn(line, "0123456789");
	size_t digits = strspn(line + before, "0123456789");

	buf_printf(out, "%.*s%u%s\n", (int)before, line, number, line + before + digits);
}

/* Take LINE of PART; BLOCK has those since the last result. */
static void take_line(struct stream *stream, const struct merge_part *part, const char *line,
		      struct buf *block)
{
	cleanup_free char *parsed = text("%s", line);
	struct ktap_line of;
	unsigned int number;

	ktap_parse(parsed, &of);
	if (of.kind == KTAP_VERSION || of.kind == KTAP_PLAN)
		return;
	if (of.kind != KTAP_CASE && of.kind != KTAP_OK && of.kind != KTAP_NOT_OK) {
		buf_printf(block, "%s\n", line);
		return;
	}
	number = merged_number(stream, part, of.number);
	if (!number || number > stream->count)
		return;
	add_numbered(block, line, number);
	if (of.kind == KTAP_CASE)
		return;
	buf_puts(&stream->blocks[number - 1], block->data);
	buf_free(block);
}

/* A part without cases of the machine has no such file. */
static void take_part(struct stream *stream, const struct merge_part *part)
{
	cleanup_free char *path =
		text("%s/%s/%s.ktap", part->folder, stream->kernel, stream->machine);
	cleanup_buf struct buf block = BUF_INIT;
	cleanup_free char *content = NULL;
	char *save = NULL;

	if (file_read(path, &content, NULL))
		return;
	for (char *line = strtok_r(content, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		take_line(stream, part, line, &block);
	if (block.len)
		buf_puts(&stream->rest, block.data);
}

static int write_stream(struct stream *stream, const char *folder)
{
	cleanup_free char *below = text("%s/%s", folder, stream->kernel);
	cleanup_free char *path = text("%s/%s.ktap", below, stream->machine);
	cleanup_buf struct buf out = BUF_INIT;

	buf_printf(&out, "KTAP version 1\n1..%zu\n", stream->count);
	for (size_t i = 0; i < stream->count; i++) {
		if (stream->blocks[i].len)
			buf_puts(&out, stream->blocks[i].data);
		else
			ktap_write_lost(stream->records[i], &out);
	}
	if (stream->rest.len)
		buf_puts(&out, stream->rest.data);
	return make_folders(below) ?: file_write(path, out.data, out.len);
}

static void stream_free(struct stream *stream)
{
	for (size_t i = 0; i < stream->count; i++)
		buf_free(&stream->blocks[i]);
	free(stream->blocks);
	free(stream->records);
	buf_free(&stream->rest);
}

int ktap_renumber(const struct merge_part *part, const char *kernel, const char *machine,
		  const char *from, const char *to)
{
	const struct stream stream = {.kernel = kernel, .machine = machine};
	cleanup_free char *content = NULL;
	cleanup_buf struct buf out = BUF_INIT;
	char *save = NULL;
	int err = file_read(from, &content, NULL);

	if (err)
		return err;
	for (char *line = strtok_r(content, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		cleanup_free char *parsed = text("%s", line);
		struct ktap_line of;
		unsigned int number = 0;

		ktap_parse(parsed, &of);
		if (of.kind == KTAP_CASE || of.kind == KTAP_OK || of.kind == KTAP_NOT_OK)
			number = merged_number(&stream, part, of.number);
		if (number)
			add_numbered(&out, line, number);
		else
			buf_printf(&out, "%s\n", line);
	}
	return file_write(to, out.data, out.len);
}

static int merge_machine(const struct results *merged, const struct merge_parts *parts,
			 const char *kernel, const char *machine, const char *folder)
{
	__attribute__((cleanup(stream_free))) struct stream stream = {.kernel = kernel,
								      .machine = machine};

	gather_records(&stream, merged);
	if (!stream.count)
		return 0;
	for (size_t p = 0; p < parts->count; p++)
		take_part(&stream, &parts->items[p]);
	return write_stream(&stream, folder);
}

int ktap_merge(const struct results *merged, const struct merge_parts *parts, const char *folder)
{
	int err = 0;

	for (size_t k = 0; k < merged->kernels.count && !err; k++)
		for (size_t m = 0; m < merged->machines.count && !err; m++)
			err = merge_machine(merged, parts, merged->kernels.items[k].name,
					    merged->machines.items[m].name, folder);
	return err;
}
