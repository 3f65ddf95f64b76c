// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/objects.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/reach/source.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#define BELOW  "drivers/"
#define SUFFIX ".gcno"

/* The part of PATH below the kernel's source, or NULL if it is not below drivers/. */
static const char *below_drivers(const char *path)
{
	const char *found = strstr(path, "/" BELOW);

	if (!strncmp(path, BELOW, strlen(BELOW)))
		return path;
	return found ? found + 1 : NULL;
}

/* Read the notes in PATH, whose part below the build folder begins at NAME. */
static int add_object(struct objects *objects, const char *path, const char *name, struct buf *why)
{
	struct object *object = array_add(objects);

	object->name = text("%.*s", (int)(strlen(name) - strlen(SUFFIX)), name);
	return notes_read(path, &object->notes, why);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int read_notes(const char *build, struct objects *objects, struct buf *why)
{
	cleanup_free char *top = text("%s/" BELOW, build);
	char *paths[] = {top, NULL};
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	int err = 0;

	for (FTSENT *entry; walk && !err && (entry = fts_read(walk));) {
		size_t len = strlen(entry->fts_path);

		if (entry->fts_info == FTS_F && len > strlen(SUFFIX) &&
		    !strcmp(entry->fts_path + len - strlen(SUFFIX), SUFFIX))
			err = add_object(objects, entry->fts_path,
					 entry->fts_path + strlen(build) + 1, why);
	}
	if (walk)
		fts_close(walk);
	if (err || objects->count)
		return err;
	buf_printf(why,
		   "%s has no notes of gcc: reach needs a kernel with the flavour coverage, "
		   "which make reach builds",
		   build);
	return -ENOENT;
}

static int by_place(const void *a, const void *b)
{
	const struct reach_line *left = a, *right = b;
	int files = strcmp(left->file, right->file);

	return files ?: (left->line > right->line) - (left->line < right->line);
}

/* Add the lines of NOTES below drivers/, without their functions; some occur several times. */
static void add_lines(const struct notes *notes, struct reach *reach)
{
	for (size_t f = 0; f < notes->functions.count; f++) {
		const struct notes_function *function = &notes->functions.items[f];

		for (size_t i = 0; i < function->lines.count; i++) {
			const struct notes_line *line = &function->lines.items[i];
			const char *file = below_drivers(notes->files.items[line->file]);

			if (file)
				*array_add(&reach->lines) =
					(struct reach_line){text("%s", file), NULL, line->line};
		}
	}
}

static void drop_duplicates(struct reach *reach)
{
	size_t kept = 0;

	qsort(reach->lines.items, reach->lines.count, sizeof(*reach->lines.items), by_place);
	for (size_t i = 0; i < reach->lines.count; i++) {
		if (kept && !by_place(&reach->lines.items[kept - 1], &reach->lines.items[i]))
			free(reach->lines.items[i].file);
		else
			reach->lines.items[kept++] = reach->lines.items[i];
	}
	reach->lines.count = kept;
}

/* Name the functions of the lines, which are sorted by file. */
static int name_functions(const char *source, struct reach *reach, struct buf *why)
{
	cleanup_source struct source_functions functions = {0};
	const char *file = NULL;

	for (size_t i = 0; i < reach->lines.count; i++) {
		struct reach_line *line = &reach->lines.items[i];
		const struct source_function *function;

		if (!file || strcmp(file, line->file) != 0) {
			cleanup_free char *path = text("%s/%s", source, line->file);
			cleanup_free char *content = NULL;
			int err = file_read(path, &content, NULL);

			if (err) {
				buf_printf(why, "cannot read %s: %s", path, strerror(-err));
				return err;
			}
			file = line->file;
			source_free(&functions);
			source_scan(content, &functions);
		}
		function = source_at(&functions, line->line);
		line->function = text("%s", function ? function->name : "");
	}
	return 0;
}

static size_t index_of(const struct reach *reach, const char *file, unsigned int line)
{
	struct reach_line wanted = {.file = (char *)file, .line = line};
	const struct reach_line *found;

	if (!file)
		return OBJECT_NO_LINE;
	found = bsearch(&wanted, reach->lines.items, reach->lines.count, sizeof(wanted), by_place);
	return found ? (size_t)(found - reach->lines.items) : OBJECT_NO_LINE;
}

static void index_lines(struct object *object, const struct reach *reach)
{
	const struct notes *notes = &object->notes;

	object->lines = zalloc(notes->functions.count, sizeof(*object->lines));
	for (size_t f = 0; f < notes->functions.count; f++) {
		const struct notes_function *function = &notes->functions.items[f];
		size_t *indices = zalloc(function->lines.count, sizeof(*indices));

		for (size_t i = 0; i < function->lines.count; i++) {
			const struct notes_line *line = &function->lines.items[i];
			const char *file = below_drivers(notes->files.items[line->file]);

			indices[i] = index_of(reach, file, line->line);
		}
		object->lines[f] = indices;
	}
}

int objects_read(const char *build, const char *source, struct objects *objects,
		 struct reach *reach, struct buf *why)
{
	int err = read_notes(build, objects, why);

	if (err)
		return err;
	for (size_t i = 0; i < objects->count; i++)
		add_lines(&objects->items[i].notes, reach);
	drop_duplicates(reach);
	err = name_functions(source, reach, why);
	for (size_t i = 0; i < objects->count && !err; i++)
		index_lines(&objects->items[i], reach);
	return err;
}

const struct object *objects_find(const struct objects *objects, const char *counters)
{
	const char *name = below_drivers(counters);
	const char *end = name ? strrchr(name, '.') : NULL;

	for (size_t i = 0; end && i < objects->count; i++)
		if (strlen(objects->items[i].name) == (size_t)(end - name) &&
		    !strncmp(objects->items[i].name, name, (size_t)(end - name)))
			return &objects->items[i];
	return NULL;
}

const size_t *object_lines(const struct object *object, const struct notes_function *function)
{
	return object->lines[function - object->notes.functions.items];
}

void objects_free(struct objects *objects)
{
	for (size_t i = 0; i < objects->count; i++) {
		struct object *object = &objects->items[i];

		for (size_t f = 0; object->lines && f < object->notes.functions.count; f++)
			free(object->lines[f]);
		free(object->lines);
		notes_free(&object->notes);
		free(object->name);
	}
	free(objects->items);
	*objects = (struct objects){0};
}
