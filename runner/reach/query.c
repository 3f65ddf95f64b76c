// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/query.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t reach_function_end(const struct reach *reach, size_t first)
{
	const struct reach_line *lines = reach->lines.items;
	size_t end = first + 1;

	while (end < reach->lines.count && !strcmp(lines[end].function, lines[first].function) &&
	       !strcmp(lines[end].file, lines[first].file))
		end++;
	return end;
}

/* Whether FILE is WANTED, the last LEN characters of a path. */
static bool is_file(const char *file, const char *wanted, size_t len)
{
	size_t whole = strlen(file);

	return whole >= len && !strncmp(file + whole - len, wanted, len) &&
	       (whole == len || file[whole - len - 1] == '/');
}

/* The line number in WORD, FILE:LINE, and the length of FILE; 0 if it has none. */
static unsigned int line_of(const char *word, size_t *len)
{
	const char *colon = strrchr(word, ':');
	char *end;
	unsigned long line;

	*len = colon ? (size_t)(colon - word) : strlen(word);
	if (!colon)
		return 0;
	line = strtoul(colon + 1, &end, 10);
	return *end ? 0 : (unsigned int)line;
}

static int check_file(const char *word, const struct reach_line *line, const char **file,
		      struct buf *why)
{
	if (*file && strcmp(*file, line->file) != 0) {
		buf_printf(why, "'%s' is in %s and in %s: name more of the path", word, *file,
			   line->file);
		return -EINVAL;
	}
	*file = line->file;
	return 0;
}

int reach_place_find(const struct reach *reach, const char *word, struct reach_place *place,
		     struct buf *why)
{
	const char *file = NULL;
	unsigned int number;
	bool found = false;
	size_t len;

	number = line_of(word, &len);
	for (size_t i = 0; i < reach->lines.count; i++) {
		const struct reach_line *line = &reach->lines.items[i];
		bool in_file = is_file(line->file, word, len);

		if (in_file && check_file(word, line, &file, why))
			return -EINVAL;
		if (in_file ? number && line->line != number : strcmp(line->function, word) != 0)
			continue;
		reach_set_add(&place->lines, i);
		found = true;
	}
	if (!found && file)
		buf_printf(why, "%s:%u has no code", file, number);
	return found ? 0 : -ENOENT;
}

static bool meets(const struct reach_set *a, const struct reach_set *b)
{
	for (size_t i = 0; i < a->size && i < b->size; i++)
		if (a->bytes[i] & b->bytes[i])
			return true;
	return false;
}

static int quickest(const void *a, const void *b)
{
	const struct reach_case *const *left = a, *const *right = b;

	if ((*left)->ms != (*right)->ms)
		return ((*left)->ms > (*right)->ms) - ((*left)->ms < (*right)->ms);
	return strcmp((*left)->name, (*right)->name) ?: strcmp((*left)->machine, (*right)->machine);
}

void reach_place_cases(const struct reach *reach, const struct reach_place *place,
		       struct reach_cases *cases)
{
	for (size_t i = 0; i < reach->cases.count; i++) {
		const struct reach_case *each = &reach->cases.items[i];
		bool body = meets(&place->lines, &each->of[REACH_BODY]);

		if (!*each->name || (!body && !meets(&place->lines, &each->of[REACH_SETUP])))
			continue;
		*array_add(cases) = (__typeof__(*cases->items)){each, body};
	}
	if (cases->count)
		qsort(cases->items, cases->count, sizeof(*cases->items), quickest);
}

void reach_place_free(struct reach_place *place)
{
	free(place->lines.bytes);
	*place = (struct reach_place){0};
}
