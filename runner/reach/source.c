// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/source.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct scan {
	struct source_functions *functions;
	char *name;	    /* of the function whose head is read; NULL: none is known yet */
	unsigned int first; /* line of that head; 0: none */
	bool inside;	    /* the body of that function */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void forget(struct scan *scan)
{
	free(steal(scan->name));
	scan->first = 0;
	scan->inside = false;
}

static void finish(struct scan *scan, unsigned int line)
{
	*array_add(scan->functions) =
		(struct source_function){steal(scan->name), scan->first, line};
	forget(scan);
}

/* The word before the first parenthesis of LINE, unless it is part of an initialiser. */
static char *name_in(const char *line, size_t len)
{
	const char *open = memchr(line, '(', len), *start;

	if (!open || memchr(line, '=', (size_t)(open - line)))
		return NULL;
	for (start = open; start > line && is_word(start[-1]); start--)
		;
	return start < open ? text("%.*s", (int)(open - start), start) : NULL;
}

/* A line that begins in the first column, outside of functions. */
static void take_head(struct scan *scan, const char *line, size_t len, unsigned int number)
{
	if (!scan->first)
		scan->first = number;
	if (!scan->name)
		scan->name = name_in(line, len);
}

/* Whether LINE ends with "= {". */
static bool is_initialiser(const char *line, size_t len)
{
	while (--len && isspace((unsigned char)line[len - 1]))
		;
	return len && line[len - 1] == '=';
}

/* The end of a line outside of functions, in any column. */
static void take_end(struct scan *scan, const char *line, size_t len, unsigned int number)
{
	char end = line[len - 1];

	if (end == '{' && scan->name && !is_initialiser(line, len))
		scan->inside = true;
	else if (end == '}' && scan->name && len > 1)
		finish(scan, number);
	else if (strchr(";{}", end))
		forget(scan);
}

static void take_line(struct scan *scan, const char *line, size_t len, unsigned int number)
{
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	if (!len || *line == '#')
		return;
	if (scan->inside) {
		if (*line == '}')
			finish(scan, number);
		return;
	}
	if (isalpha((unsigned char)*line) || *line == '_')
		take_head(scan, line, len, number);
	take_end(scan, line, len, number);
}

void source_scan(const char *text, struct source_functions *functions)
{
	struct scan scan = {.functions = functions};

	for (unsigned int number = 1; *text; number++) {
		size_t len = strcspn(text, "\n");

		take_line(&scan, text, len, number);
		text += len + !!text[len];
	}
	forget(&scan);
}

const struct source_function *source_at(const struct source_functions *functions, unsigned int line)
{
	for (size_t i = 0; i < functions->count; i++)
		if (line >= functions->items[i].first && line <= functions->items[i].last)
			return &functions->items[i];
	return NULL;
}

void source_free(struct source_functions *functions)
{
	for (size_t i = 0; i < functions->count; i++)
		free(functions->items[i].name);
	free(functions->items);
	*functions = (struct source_functions){0};
}
