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

/* A file that is changed, line by line. */
struct turn {
	char removes, adds; /* what lines of a hunk begin with: '-' and '+', or the reverse */
	const char *from;   /* what is left of the file */
	unsigned int line;  /* number of its next line */
	struct buf to;
	bool wrong;
};

static void skip_line(struct turn *turn)
{
	turn->from += line_len(turn->from);
	turn->line++;
}

static void copy_line(struct turn *turn)
{
	buf_add(&turn->to, turn->from, line_len(turn->from));
	skip_line(turn);
}

/* Note an error unless the next line of the file is CONTENT, up to the newline. */
static void expect(struct turn *turn, const char *content)
{
	size_t len = strcspn(content, "\n");

	turn->wrong |= strcspn(turn->from, "\n") != len || strncmp(turn->from, content, len) != 0;
}

/* A line of a hunk. A context line may have lost its blank. */
static void take_line(struct turn *turn, const char *at)
{
	if (*at == turn->adds) {
		buf_add(&turn->to, at + 1, line_len(at) - 1);
	} else if (*at == turn->removes) {
		expect(turn, at + 1);
		skip_line(turn);
	} else if (*at != '\\') {
		expect(turn, *at == ' ' ? at + 1 : at);
		copy_line(turn);
	}
}

/* The lines of a hunk on one side: "-12,3" or "+12". */
struct range {
	unsigned int first, count;
};

static bool read_range(const char *at, char sign, struct range *range)
{
	const char *found = strchr(at, sign);

	range->count = 1;
	return found && sscanf(found + 1, "%u,%u", &range->first, &range->count) >= 1;
}

/* Make the change of the hunk at AT. Returns where the hunk ends. */
static const char *turn_hunk(struct turn *turn, const char *at)
{
	struct range old = {0}, new = {0}, *from = turn->removes == '-' ? &old : &new;

	turn->wrong |= !read_range(at, '-', &old) || !read_range(at, '+', &new);
	while (!turn->wrong && turn->line < from->first + !from->count && *turn->from)
		copy_line(turn);
	for (at += line_len(at); *at && !turn->wrong && (old.count || new.count);
	     at += line_len(at)) {
		old.count -= old.count && *at != '+' && *at != '\\';
		new.count -= new.count && *at != '-' && *at != '\\';
		take_line(turn, at);
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

static char *turn_file(const char *diff, const char *file, struct turn turn)
{
	const char *at = hunks_of(diff, file);

	turn.line = 1;
	turn.wrong = !at;
	while (!turn.wrong && !strncmp(at, "@@ ", 3))
		at = turn_hunk(&turn, at);
	buf_puts(&turn.to, turn.from);
	if (!turn.wrong)
		return buf_steal(&turn.to);
	buf_free(&turn.to);
	return NULL;
}

char *patch_undo(const char *diff, const char *file, const char *new)
{
	return turn_file(diff, file, (struct turn){'+', '-', .from = new});
}

char *patch_apply(const char *diff, const char *file, const char *old)
{
	return turn_file(diff, file, (struct turn){'-', '+', .from = old});
}
