// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/code.h"

#include "lab/base/cleanup.h"
#include "runner/reach/source.h"

#include <ctype.h>
#include <string.h>

/* A version of the file: without comments, and its functions. */
struct version {
	char *text;
	struct source_functions functions;
};

/* The end of the literal, with quotes of the kind QUOTE, that begins at AT. */
static char *literal_end(char *at, char quote)
{
	for (at++; *at && *at != quote && *at != '\n'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

/* Replace the characters from AT up to END by blanks; the lines stay. */
static char *blank(char *at, char *end)
{
	for (; at < end; at++)
		if (*at != '\n')
			*at = ' ';
	return end;
}

static char *comment_end(char *at, const char *end)
{
	char *found = strstr(at + 2, end);

	return found ? found + strlen(end) : at + strlen(at);
}

static void blank_comments(char *at)
{
	while (*at) {
		if (*at == '"' || *at == '\'')
			at = literal_end(at, *at);
		else if (!strncmp(at, "/*", 2))
			at = blank(at, comment_end(at, "*/"));
		else if (!strncmp(at, "//", 2))
			at = blank(at, at + strcspn(at, "\n"));
		else
			at++;
	}
}

static struct version read_version(const char *content)
{
	struct version version = {.text = text("%s", content)};

	blank_comments(version.text);
	source_scan(version.text, &version.functions);
	return version;
}

static void version_free(struct version *version)
{
	free(version->text);
	source_free(&version->functions);
}
#define cleanup_version __attribute__((cleanup(version_free)))

/* Append a line to CODE, with one blank for several. */
static void add_line(struct buf *code, const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isspace((unsigned char)line[i]))
			buf_add(code, &line[i], 1);
		else if (code->len && code->data[code->len - 1] != ' ')
			buf_puts(code, " ");
	}
	if (code->len && code->data[code->len - 1] != ' ')
		buf_puts(code, " ");
}

/* The code of FUNCTION, or that outside of all functions if it is NULL. The caller frees it. */
static char *code_of(const struct version *version, const struct source_function *function)
{
	struct buf code = BUF_INIT;
	const char *at = version->text;

	for (unsigned int line = 1; *at; line++) {
		size_t len = strcspn(at, "\n");

		if (source_at(&version->functions, line) == function)
			add_line(&code, at, len);
		at += len + !!at[len];
	}
	return buf_steal(&code);
}

static const struct source_function *find(const struct version *version, const char *name)
{
	for (size_t i = 0; i < version->functions.count; i++)
		if (!strcmp(version->functions.items[i].name, name))
			return &version->functions.items[i];
	return NULL;
}

static bool same_code(const struct version *old, const struct source_function *before,
		      const struct version *new, const struct source_function *after)
{
	cleanup_free char *left = code_of(old, before);
	cleanup_free char *right = code_of(new, after);

	return !strcmp(left, right);
}

bool code_compare(const char *old, const char *new, struct list *functions)
{
	cleanup_version struct version before = read_version(old);
	cleanup_version struct version after = read_version(new);

	for (size_t i = 0; i < before.functions.count; i++) {
		const struct source_function *function = &before.functions.items[i];
		const struct source_function *its = find(&after, function->name);

		if (its && !same_code(&before, function, &after, its))
			list_add_once(functions, function->name);
	}
	return same_code(&before, NULL, &after, NULL);
}
