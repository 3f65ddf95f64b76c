// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/collect.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/reach/notes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is read of a file of counters. */
struct counter_reading {
	const struct objects *objects;
	struct reach_case *each;
	enum reach_part part;
	const struct object *object; /* whose functions follow; NULL: not one of this kernel */
};

struct line_counts {
	struct notes_count *items;
	size_t count;
};

static void add_reached(struct counter_reading *reading, const struct notes_function *function,
			const struct line_counts *counts)
{
	cleanup_free bool *blocks = zalloc(function->blocks, sizeof(*blocks));
	const size_t *indices = object_lines(reading->object, function);

	notes_solve(function, counts->items, counts->count, blocks);
	for (size_t i = 0; i < function->lines.count; i++)
		if (blocks[function->lines.items[i].block] && indices[i] != OBJECT_NO_LINE)
			reach_set_add(&reading->each->of[reading->part], indices[i]);
}

/* "IDENT INDEX:COUNT ...", in hexadecimal. */
static bool take_function(struct counter_reading *reading, char *line)
{
	uint32_t ident = (uint32_t)strtoul(line, &line, 16);
	const struct notes_function *function;
	struct line_counts counts = {0};

	if (!reading->object)
		return true;
	while (*line == ' ') {
		struct notes_count *count = array_add(&counts);

		count->index = strtoul(line + 1, &line, 16);
		if (*line == ':')
			count->value = strtoull(line + 1, &line, 16);
	}
	function = notes_find(&reading->object->notes, ident);
	if (function && !*line)
		add_reached(reading, function, &counts);
	free(counts.items);
	return function && !*line;
}

static bool take_phase(struct counter_reading *reading, char *name)
{
	reading->part = strcmp(name, "body") ? REACH_SETUP : REACH_BODY;
	return true;
}

static bool take_object(struct counter_reading *reading, char *name)
{
	reading->object = objects_find(reading->objects, name);
	return true;
}

static bool take_line(struct counter_reading *reading, char *line)
{
	static const struct {
		const char *word;
		bool (*take)(struct counter_reading *reading, char *rest);
	} words[] = {
		{"phase ", take_phase},
		{"object ", take_object},
		{"function ", take_function},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strncmp(line, words[i].word, strlen(words[i].word)))
			return words[i].take(reading, line + strlen(words[i].word));
	return !*line;
}

int collect(const struct objects *objects, const char *path, struct reach_case *each,
	    struct buf *why)
{
	struct counter_reading reading = {.objects = objects, .each = each};
	cleanup_free char *content = NULL;
	int err = file_read(path, &content, NULL);
	char *next = content;

	if (err) {
		buf_printf(why, "cannot read %s: %s", path, strerror(-err));
		return err;
	}
	while (next) {
		char *line = strsep(&next, "\n");

		if (take_line(&reading, line))
			continue;
		buf_printf(why, "%s: these are not counters of this kernel: %.60s", path, line);
		return -EINVAL;
	}
	return 0;
}
