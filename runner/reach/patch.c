// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/patch.h"

#include "lab/base/cleanup.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The length of the line at AT, with its newline. */
static size_t line_len(const char *at)
{
	size_t len = strcspn(at, "\n");

	return len + !!at[len];
}

/* The path in a line "--- a/PATH" or "+++ b/PATH", or NULL. The caller frees it. */
static char *path_in(const char *line, const char *start)
{
	const char *path;

	if (strncmp(line, start, strlen(start)) != 0)
		return NULL;
	path = line + strlen(start);
	if (!strncmp(path, "/dev/null", 9))
		return NULL;
	path += strcspn(path, "/\n");
	return *path == '/' ? text("%.*s", (int)strcspn(path + 1, "\t\n"), path + 1) : NULL;
}

/* Whether AT is the first of two lines that name a file before and after. */
static bool is_header(const char *at)
{
	return !strncmp(at, "--- ", 4) && !strncmp(at + line_len(at), "+++ ", 4);
}

void patch_files(const char *diff, struct list *files)
{
	for (const char *at = diff; *at; at += line_len(at)) {
		const char *next = at + line_len(at);
		cleanup_free char *old = is_header(at) ? path_in(at, "--- ") : NULL;
		cleanup_free char *new = is_header(at) ? path_in(next, "+++ ") : NULL;

		if (old)
			list_add_once(files, old);
		if (new)
			list_add_once(files, new);
	}
}

/* A file that is turned back, line by line. */
struct undo {
	const char *new; /* what is left of it */
	unsigned int line; /* number of its next line */
	struct buf old;
	bool wrong;
};

static void copy_line(struct undo *undo)
{
	size_t len = line_len(undo->new);

	buf_add(&undo->old, undo->new, len);
	undo->new += len;
	undo->line++;
}

/* Whether the next line of the new file is that of DIFF, after its first character. */
static bool is_next(const struct undo *undo, const char *diff)
{
	size_t len = strcspn(diff + 1, "\n");

	return strcspn(undo->new, "\n") == len && !strncmp(undo->new, diff + 1, len);
}

/* A line of a hunk. */
static void take_line(struct undo *undo, const char *at)
{
	switch (*at) {
	case '-':
		buf_add(&undo->old, at + 1, line_len(at) - 1);
		break;
	case '+':
		undo->wrong |= !is_next(undo, at);
		undo->new += line_len(undo->new);
		undo->line++;
		break;
	case '\\':
		break;
	default:
		undo->wrong |= !is_next(undo, *at == ' ' ? at : at - 1);
		copy_line(undo);
	}
}

/* Undo the hunk at AT. Returns where it ends. */
static const char *undo_hunk(struct undo *undo, const char *at)
{
	unsigned int old = 1, first = 0, new = 1;
	const char *plus = strchr(at, '+');

	if (sscanf(at, "@@ -%*u,%u", &old) < 1)
		old = 1;
	if (!plus || sscanf(plus, "+%u,%u", &first, &new) < 1)
		undo->wrong = true;
	while (undo->line < first + !new && *undo->new && !undo->wrong)
		copy_line(undo);
	for (at += line_len(at); *at && !undo->wrong && (old || new); at += line_len(at)) {
		old -= old && *at != '+' && *at != '\\';
		new -= new && *at != '-' && *at != '\\';
		take_line(undo, at);
	}
	return at;
}

/* The first hunk of FILE in DIFF, or NULL. */
static const char *hunks_of(const char *diff, const char *file)
{
	for (const char *at = diff; *at; at += line_len(at)) {
		const char *next = at + line_len(at);
		cleanup_free char *new = is_header(at) ? path_in(next, "+++ ") : NULL;

		if (new && !strcmp(new, file))
			return next + line_len(next);
	}
	return NULL;
}

char *patch_undo(const char *diff, const char *file, const char *new)
{
	const char *at = hunks_of(diff, file);
	struct undo undo = {.new = new, .line = 1, .wrong = !at};

	while (at && !undo.wrong && !strncmp(at, "@@ ", 3))
		at = undo_hunk(&undo, at);
	buf_puts(&undo.old, undo.new);
	if (!undo.wrong)
		return buf_steal(&undo.old);
	buf_free(&undo.old);
	return NULL;
}
