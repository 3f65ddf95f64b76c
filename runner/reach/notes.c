// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/notes.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

/* The format of the notes since gcc 12, in words of 32 bits (gcc/gcov-io.h). */
#define MAGIC	      0x67636e6f
#define FIRST_VERSION (('B' - 'A') * 10 + 2)
#define ARC_ON_TREE   1

enum tag {
	TAG_FUNCTION = 0x01000000,
	TAG_BLOCKS = 0x01410000,
	TAG_ARCS = 0x01430000,
	TAG_LINES = 0x01450000,
};

/* A part of the notes, of which the first bytes have been read. */
struct input {
	const unsigned char *at;
	size_t left;
	bool bad; /* more was read than there is */
};

static uint32_t word(struct input *input)
{
	uint32_t value = 0;

	if (input->left < sizeof(value)) {
		input->bad = true;
		return 0;
	}
	memcpy(&value, input->at, sizeof(value));
	input->at += sizeof(value);
	input->left -= sizeof(value);
	return value;
}

/* The next LEN bytes, as an input of their own. */
static struct input part(struct input *input, size_t len)
{
	struct input taken = {.at = input->at, .left = len};

	if (len > input->left) {
		input->bad = true;
		return (struct input){0};
	}
	input->at += len;
	input->left -= len;
	return taken;
}

/* A string, with its NUL, after its length in bytes; NULL if it is empty. */
static const char *string(struct input *input)
{
	struct input bytes = part(input, word(input));

	if (!bytes.left)
		return NULL;
	if (bytes.at[bytes.left - 1]) {
		input->bad = true;
		return NULL;
	}
	return (const char *)bytes.at;
}

static uint32_t file_index(struct notes *notes, const char *path)
{
	for (size_t i = notes->files.count; i-- > 0;)
		if (!strcmp(notes->files.items[i], path))
			return (uint32_t)i;
	list_add(&notes->files, path);
	return (uint32_t)notes->files.count - 1;
}

static void read_arcs(struct input *input, struct notes_function *function)
{
	uint32_t from = word(input);

	while (input->left && !input->bad) {
		uint32_t to = word(input), flags = word(input);

		*array_add(&function->arcs) = (struct notes_arc){from, to, !(flags & ARC_ON_TREE)};
		input->bad |= from >= function->blocks || to >= function->blocks;
	}
}

/* Line numbers, each of the file that was named last; a number of 0 comes before a name. */
static void read_lines(struct input *input, struct notes *notes, struct notes_function *function)
{
	uint32_t block = word(input), file = 0;

	input->bad |= block >= function->blocks;
	while (input->left && !input->bad) {
		uint32_t line = word(input);
		const char *path = line ? NULL : string(input);

		if (path)
			file = file_index(notes, path);
		else if (!line)
			return;
		else
			*array_add(&function->lines) = (struct notes_line){block, file, line};
	}
}

static bool read_record(uint32_t tag, struct input *input, struct notes *notes)
{
	size_t count = notes->functions.count;
	struct notes_function *last = count ? &notes->functions.items[count - 1] : NULL;

	switch (tag) {
	case TAG_FUNCTION:
		*array_add(&notes->functions) = (struct notes_function){.ident = word(input)};
		break;
	case TAG_BLOCKS:
		if (last)
			last->blocks = word(input);
		break;
	case TAG_ARCS:
		if (last)
			read_arcs(input, last);
		break;
	case TAG_LINES:
		if (last)
			read_lines(input, notes, last);
		break;
	default:
		break;
	}
	return !input->bad;
}

/* The version of gcc is "B23*" for 12.3: the first letter counts tens, from A = 10. */
static unsigned int gcc_version(uint32_t version)
{
	return ((version >> 24) - 'A') * 10 + ((version >> 16) & 0xff) - '0';
}

static int read_header(struct input *input)
{
	uint32_t magic = word(input), version = word(input);

	if (magic != MAGIC)
		return -EINVAL;
	if (gcc_version(version) < FIRST_VERSION)
		return -ENOTSUP;
	/* Stamp, checksum, working directory, whether blocks may be unexecuted. */
	word(input);
	word(input);
	string(input);
	word(input);
	return input->bad ? -EINVAL : 0;
}

static int read_all(struct input *input, struct notes *notes)
{
	int err = read_header(input);

	while (!err && input->left >= 2 * sizeof(uint32_t)) {
		uint32_t tag = word(input);
		struct input record = part(input, word(input));

		if (!tag)
			break;
		if (input->bad || !read_record(tag, &record, notes))
			err = -EINVAL;
	}
	return err;
}

int notes_read(const char *path, struct notes *notes, struct buf *why)
{
	cleanup_free char *data = NULL;
	struct input input = {0};
	int err = file_read(path, &data, &input.left);

	if (err) {
		buf_printf(why, "cannot read %s: %s", path, strerror(-err));
		return err;
	}
	input.at = (const unsigned char *)data;
	err = read_all(&input, notes);
	if (err)
		buf_printf(why, "%s: %s", path,
			   err == -ENOTSUP ? "it is not by gcc 12 or later: set CC= to a newer gcc"
					   : "it is damaged");
	return err;
}

const struct notes_function *notes_find(const struct notes *notes, uint32_t ident)
{
	for (size_t i = 0; i < notes->functions.count; i++)
		if (notes->functions.items[i].ident == ident)
			return &notes->functions.items[i];
	return NULL;
}

void notes_free(struct notes *notes)
{
	for (size_t i = 0; i < notes->functions.count; i++) {
		free(notes->functions.items[i].arcs.items);
		free(notes->functions.items[i].lines.items);
	}
	free(notes->functions.items);
	list_free(&notes->files);
	*notes = (struct notes){0};
}
