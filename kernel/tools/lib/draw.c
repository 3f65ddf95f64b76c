// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/draw.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/hash.h"

#include <errno.h>
#include <string.h>

#define CONTEXT 3

/* The lines of a file that cases reach: reached[line]. */
struct reached {
	bool *lines;
	size_t size;
};

static void reached_free(struct reached *reached)
{
	free(reached->lines);
}

static void reached_add(struct reached *reached, unsigned long line)
{
	if (line >= reached->size) {
		reached->lines = reallocarray(reached->lines, line + 1, sizeof(bool));
		if (!reached->lines)
			abort();
		memset(reached->lines + reached->size, 0, line + 1 - reached->size);
		reached->size = line + 1;
	}
	reached->lines[line] = true;
}

static bool reached_has(const struct reached *reached, unsigned int line)
{
	return line < reached->size && reached->lines[line];
}

/* FNV leaves neighbours close to each other: mix all bits (the finaliser of MurmurHash3). */
static uint64_t mixed(uint64_t key)
{
	key = (key ^ key >> 33) * 0xff51afd7ed558ccdULL;
	key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return key ^ key >> 33;
}

/* Adds the mutants of FILE in reached lines to the order. */
static void add_items(struct draw *draw, const struct draw_file *file,
		      const struct reached *reached, unsigned long seed)
{
	for (size_t i = 0; i < file->mutants.count; i++) {
		const struct mutant *mutant = &file->mutants.items[i];
		unsigned int line =
			reached_has(reached, mutant->line) ? mutant->line : mutant->begin;
		uint64_t key = hash_text(hash_bytes(HASH_INIT, &seed, sizeof(seed)), file->name);
		struct draw_item *item;

		if (!reached_has(reached, line))
			continue;
		item = array_add(&draw->order);
		item->file = file;
		item->mutant = mutant;
		item->line = line;
		key = hash_bytes(key, &line, sizeof(line));
		item->line_key = mixed(key);
		key = hash_text(key, mutant->operation);
		item->operation_key = mixed(key);
		key = hash_bytes(key, &mutant->from, sizeof(mutant->from));
		item->key = mixed(hash_text(key, mutant->text));
	}
}

/* Takes the lines of REST that are about the file of the first one. */
static struct span next_file(struct span *rest, struct reached *reached)
{
	struct span file = {0}, line;

	while (rest->len) {
		struct span peek = span_peek(*rest);
		const char *tab = peek.len ? memchr(peek.at, '\t', peek.len) : NULL;

		if (!tab)
			return (struct span){0};
		line = span_before(peek, tab);
		if (!file.len)
			file = line;
		if (line.len != file.len || memcmp(line.at, file.at, line.len))
			break;
		reached_add(reached, strtoul(tab + 1, NULL, 10));
		span_line(rest, &line);
	}
	return file;
}

static int read_file(const char *source, struct draw_file *file, struct buf *why)
{
	cleanup_free char *path = text("%s/%s", source, file->name);
	cleanup_buf struct buf reason = BUF_INIT;
	int err = csource_read(path, &file->source, &reason);

	if (err)
		buf_printf(why, "%s: %s", path, reason.data);
	else
		mutants_find(&file->source, &file->mutants);
	return err;
}

static int by_line_and_key(const void *a, const void *b)
{
	const struct draw_item *one = a, *two = b;

	if (one->line_key != two->line_key)
		return one->line_key < two->line_key ? -1 : 1;
	if (one->operation_key != two->operation_key)
		return one->operation_key < two->operation_key ? -1 : 1;
	return (one->key > two->key) - (one->key < two->key);
}

static int by_round(const void *a, const void *b)
{
	const struct draw_item *one = a, *two = b;

	if (one->round != two->round)
		return one->round < two->round ? -1 : 1;
	return by_line_and_key(a, b);
}

static void sort(struct draw *draw)
{
	struct draw_item *items = draw->order.items;

	if (!items)
		return;
	qsort(items, draw->order.count, sizeof(*items), by_line_and_key);
	for (size_t i = 1; i < draw->order.count; i++) {
		if (items[i].line_key == items[i - 1].line_key)
			items[i].round = items[i - 1].round + 1;
	}
	qsort(items, draw->order.count, sizeof(*items), by_round);
}

/* Reads all files before any mutant points to them: the array may move as it grows. */
static int read_files(const char *source, const char *lines, struct draw *draw, struct buf *why)
{
	struct span rest = span_of(lines);
	int err = 0;

	while (rest.len && !err) {
		__attribute__((cleanup(reached_free))) struct reached reached = {0};
		struct span name = next_file(&rest, &reached);
		struct draw_file *file;

		if (!name.len)
			return series_error(why, "expected lines of FILE, LINE between tabs");
		file = array_add(&draw->files);
		file->name = span_copy(name);
		err = read_file(source, file, why);
	}
	return err;
}

int draw_read(const char *source, const char *lines, unsigned long seed, struct draw *draw,
	      struct buf *why)
{
	cleanup_free char *data = NULL;
	struct span rest;
	int err = file_read(lines, &data, NULL);

	if (err)
		buf_printf(why, "%s: %s", lines, strerror(-err));
	else
		err = read_files(source, data, draw, why);
	if (err)
		return err;
	rest = span_of(data);
	for (size_t i = 0; i < draw->files.count; i++) {
		__attribute__((cleanup(reached_free))) struct reached reached = {0};

		next_file(&rest, &reached);
		add_items(draw, &draw->files.items[i], &reached, seed);
	}
	sort(draw);
	return 0;
}

/* Extends the bytes from *FROM to *TO to whole lines. */
static void whole_lines(const struct draw_item *item, size_t *from, size_t *to)
{
	const char *data = item->file->source.data;

	*from = item->mutant->from;
	*to = item->mutant->to;
	while (*from && data[*from - 1] != '\n')
		--*from;
	while (data[*to] && data[*to] != '\n')
		++*to;
	*to += data[*to] == '\n';
}

void draw_lines(const struct draw_item *item, bool with, struct buf *lines)
{
	const struct mutant *mutant = item->mutant;
	const char *data = item->file->source.data;
	size_t from, to;

	whole_lines(item, &from, &to);
	buf_add(lines, data + from, mutant->from - from);
	if (with)
		buf_puts(lines, mutant->text);
	else
		buf_add(lines, data + mutant->from, mutant->to - mutant->from);
	buf_add(lines, data + mutant->to, to - mutant->to);
}

const char *draw_equivalent(const struct draw *draw, const struct draw_item *item)
{
	cleanup_buf struct buf before = BUF_INIT, after = BUF_INIT;
	const struct equivalent *found;

	draw_lines(item, false, &before);
	draw_lines(item, true, &after);
	found = equivalents_find(&draw->equivalents, item->file->name, item->mutant->function,
				 (struct span){before.data, before.len},
				 (struct span){after.data, after.len});
	return found ? found->why : NULL;
}

/* Appends each line of TEXT after SIGN. Returns how many there were. */
static unsigned int signed_lines(struct span text, const char *sign, struct buf *patch)
{
	struct span line;
	unsigned int count = 0;

	for (; span_line(&text, &line); count++) {
		buf_puts(patch, sign);
		buf_line(patch, line);
	}
	return count;
}

/* Returns up to CONTEXT lines of DATA before FROM, or from FROM on. */
static struct span context(const char *data, size_t from, bool before)
{
	size_t at = from;

	for (int i = 0; i < CONTEXT; i++) {
		if (before) {
			at -= at > 0;
			while (at && data[at - 1] != '\n')
				at--;
		} else {
			at += strcspn(data + at, "\n");
			at += data[at] == '\n';
		}
	}
	return before ? (struct span){data + at, from - at} : (struct span){data + from, at - from};
}

static unsigned int line_of(const char *data, const char *at)
{
	unsigned int line = 1;

	for (; data < at; data++)
		line += *data == '\n';
	return line;
}

void draw_patch(const struct draw_item *item, struct buf *patch)
{
	cleanup_buf struct buf before = BUF_INIT, after = BUF_INIT, body = BUF_INIT;
	const char *data = item->file->source.data;
	unsigned int around, old, new, first;
	struct span lead;
	size_t from, to;

	whole_lines(item, &from, &to);
	lead = context(data, from, true);
	first = line_of(data, lead.at);
	draw_lines(item, false, &before);
	draw_lines(item, true, &after);
	around = signed_lines(lead, " ", &body);
	old = signed_lines((struct span){before.data, before.len}, "-", &body);
	new = signed_lines((struct span){after.data, after.len}, "+", &body);
	around += signed_lines(context(data, to, false), " ", &body);
	buf_printf(patch, "--- a/%s\n+++ b/%s\n@@ -%u,%u +%u,%u @@\n", item->file->name,
		   item->file->name, first, around + old, first, around + new);
	buf_add(patch, body.data, body.len);
}

void draw_free(struct draw *draw)
{
	for (size_t i = 0; i < draw->files.count; i++) {
		free(draw->files.items[i].name);
		mutants_free(&draw->files.items[i].mutants);
		csource_free(&draw->files.items[i].source);
	}
	free(draw->files.items);
	free(draw->order.items);
	equivalents_free(&draw->equivalents);
	*draw = (struct draw){0};
}
