// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/reach.h"

#include "scenarios/agent/gcov.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define RESET GCOV_FOLDER "/reset"

/* The format of gcc's counters, in words of 32 bits (gcc/gcov-io.h). */
#define GCDA_MAGIC   0x67636461
#define TAG_FUNCTION 0x01000000
#define TAG_COUNTERS 0x01a10000
#define HEADER_WORDS 3
#define GCC_12	     12

/* The counters of one object. */
struct counters {
	const uint32_t *words;
	size_t count, at;
	size_t unit; /* bytes in a unit of a record's length */
};

void reach_reset(void)
{
	cleanup_close int fd = open(RESET, O_WRONLY | O_CLOEXEC);

	/* Without gcov there is nothing to reset. */
	if (fd >= 0)
		write_all(fd, "0", 1);
}

/* The version of gcc is "B23*" for 12.3: the first letter counts tens, from A = 10. */
static unsigned int gcc_version(uint32_t word)
{
	unsigned int tens = (word >> 24) - 'A', ones = ((word >> 16) & 0xff) - '0';

	return tens * 10 + ones;
}

/* Returns true if the counters begin with a header that is understood, and skip it. */
static bool begin(struct counters *counters)
{
	unsigned int version;

	if (counters->count < HEADER_WORDS || counters->words[0] != GCDA_MAGIC)
		return false;
	version = gcc_version(counters->words[1]);
	/* Since gcc 12, lengths count bytes, and the header has a checksum. */
	counters->unit = version >= GCC_12 ? 1 : sizeof(uint32_t);
	counters->at = HEADER_WORDS + (version >= GCC_12);
	return true;
}

/* The next record: its tag, and its content. Returns false at the end. */
static bool next_record(struct counters *counters, uint32_t *tag, const uint32_t **words,
			size_t *count)
{
	if (counters->count < counters->at + 2)
		return false;
	*tag = counters->words[counters->at];
	/* A negative length is that of counters that are all zero, and not there. */
	if ((int32_t)counters->words[counters->at + 1] > 0)
		*count = counters->words[counters->at + 1] * counters->unit / sizeof(uint32_t);
	else
		*count = 0;
	*words = counters->words + counters->at + 2;
	counters->at += 2 + *count;
	return *tag && counters->at <= counters->count;
}

/* Append "function IDENT INDEX:COUNT ..." unless all counters are zero. */
static bool add_function(struct buf *reached, uint32_t ident, const uint32_t *words, size_t count)
{
	bool any = false;

	for (size_t i = 0; i + 1 < count; i += 2) {
		uint64_t value = words[i] | (uint64_t)words[i + 1] << 32;

		if (!value)
			continue;
		if (!any)
			buf_printf(reached, "function %" PRIx32, ident);
		any = true;
		buf_printf(reached, " %zx:%" PRIx64, i / 2, value);
	}
	if (any)
		buf_puts(reached, "\n");
	return any;
}

/* Append the functions of an object that were called, after a line with its name. */
static void add_object(struct buf *reached, const char *name, struct counters *counters)
{
	const size_t before = reached->len;
	const uint32_t *words;
	uint32_t tag, ident = 0;
	bool any = false;
	size_t count;

	if (!begin(counters))
		return;
	buf_printf(reached, "object %s\n", name);
	while (next_record(counters, &tag, &words, &count)) {
		if (tag == TAG_FUNCTION && count)
			ident = words[0];
		else if (tag == TAG_COUNTERS)
			any |= add_function(reached, ident, words, count);
	}
	if (!any)
		reached->len = before;
}

void reach_add_file(struct buf *reached, const char *name, const char *path)
{
	cleanup_free char *data = NULL;
	struct counters counters = {0};
	size_t len;

	if (file_read(path, &data, &len))
		return;
	counters.words = (const uint32_t *)data;
	counters.count = len / sizeof(uint32_t);
	add_object(reached, name, &counters);
}

static void add_file(void *context, const char *name, const char *path)
{
	reach_add_file(context, name, path);
}

void reach_add(struct buf *reached, const char *phase)
{
	buf_printf(reached, "phase %s\n", phase);
	gcov_each(add_file, reached);
	reach_reset();
}

void reach_send(struct channel *requests, unsigned int number, const struct buf *reached)
{
	cleanup_free char *name = text("reach/%u", number);
	cleanup_buf struct buf payload = BUF_INIT;
	cleanup_free char *answer = NULL;
	size_t len;

	buf_add(&payload, name, strlen(name) + 1);
	buf_add(&payload, reached->data, reached->len);
	channel_request_data(requests, "keep", payload.data, payload.len, &answer, &len);
}
