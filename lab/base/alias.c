// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/alias.h"

#include "lab/base/alias-glob.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdlib.h>
#include <string.h>

#define WORDS 3 /* alias PATTERN MODULE */

struct alias_word {
	const char *start;
	size_t len;
};

enum line_kind {
	LINE_NOTHING, /* blank, or a comment */
	LINE_ENTRY,
	LINE_BAD,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Module names are compared and passed to modprobe, so names that look like an option or a path are
 * rejected.
 */
static bool is_module_name(struct alias_word name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	if (!memchr(letters, *name.start, sizeof(letters) - 1))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (!memchr(letters, name.start[i], sizeof(letters) - 1) && name.start[i] != '-' &&
		    name.start[i] != '.')
			return false;
	}
	return true;
}

static bool has_control(struct alias_word line)
{
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.start[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* Splits LINE into words. Returns their number, WORDS + 1 if there are more than WORDS. */
static size_t cut(struct alias_word line, struct alias_word words[WORDS])
{
	const char *at = line.start, *end = at + line.len;
	size_t count = 0;

	for (;;) {
		const char *start;

		while (at < end && is_blank(*at))
			at++;
		if (at == end || count == WORDS)
			return count + (at < end);
		start = at;
		while (at < end && !is_blank(*at))
			at++;
		words[count++] = (struct alias_word){start, (size_t)(at - start)};
	}
}

static bool is(struct alias_word word, const char *text)
{
	return word.len == strlen(text) && !memcmp(word.start, text, word.len);
}

static enum line_kind parse(struct alias_word line, struct alias_word *pattern,
			    struct alias_word *module)
{
	struct alias_word words[WORDS];
	size_t count;

	if (line.len && line.start[line.len - 1] == '\r')
		line.len--;
	count = cut(line, words);
	if (!count || *words[0].start == '#')
		return LINE_NOTHING;
	if (line.len > ALIAS_MAX || has_control(line) || count != WORDS || !is(words[0], "alias") ||
	    !is_module_name(words[2]))
		return LINE_BAD;
	*pattern = words[1];
	*module = words[2];
	return LINE_ENTRY;
}

static char *copy(struct alias_word span)
{
	char *text = strndup(span.start, span.len);

	if (!text)
		abort();
	return text;
}

/*
 * Makes room for one more item. The array doubles when full, since a hostile file may have any
 * number of entries.
 */
static void make_room(struct alias_matches *matches)
{
	size_t count = matches->count;

	if (count & (count - 1))
		return;
	matches->items =
		reallocarray(matches->items, count ? 2 * count : 1, sizeof(*matches->items));
	if (!matches->items)
		abort();
}

static void add(struct alias_matches *matches, unsigned int line, struct alias_word pattern,
		struct alias_word module)
{
	make_room(matches);
	matches->items[matches->count++] = (struct alias){
		.line = line,
		.stars = glob_stars(pattern.start, pattern.len),
		.literal = glob_literal(pattern.start, pattern.len),
		.pattern = copy(pattern),
		.module = copy(module),
	};
}

static void take_line(struct alias_matches *matches, struct alias_word line, unsigned int number,
		      const char *modalias)
{
	size_t bus = strcspn(modalias, ":") + 1;
	struct alias_word pattern, module;

	switch (parse(line, &pattern, &module)) {
	case LINE_NOTHING:
		return;
	case LINE_BAD:
		if (!matches->ignored++)
			matches->ignored_line = number;
		return;
	case LINE_ENTRY:
		matches->bus += pattern.len >= bus && !memcmp(pattern.start, modalias, bus);
		if (glob_match(pattern.start, pattern.len, modalias))
			add(matches, number, pattern, module);
	}
}

/*
 * Returns a negative number if ONE is more specific than OTHER: it has fewer stars, or as many and
 * its first star comes later. Vendor and device precede the class in an alias, so IDs outrank a
 * class.
 */
static int compare(const struct alias *one, const struct alias *other)
{
	if (one->stars != other->stars)
		return one->stars < other->stars ? -1 : 1;
	if (one->literal != other->literal)
		return one->literal > other->literal ? -1 : 1;
	return 0;
}

static void choose(struct alias_matches *matches)
{
	const struct alias *best;

	for (size_t i = 1; i < matches->count; i++) {
		if (compare(&matches->items[i], &matches->items[matches->best]) < 0)
			matches->best = i;
	}
	matches->ties = 0;
	best = alias_best(matches);
	for (size_t i = 0; i < matches->count; i++)
		matches->ties += !compare(&matches->items[i], best) &&
				 !alias_same_module(matches->items[i].module, best->module);
}

void alias_match(const char *entries, size_t len, const char *modalias,
		 struct alias_matches *matches)
{
	const char *at = entries, *end = entries + len;
	unsigned int number = 0;

	*matches = (struct alias_matches){0};
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		take_line(matches, (struct alias_word){at, (size_t)(stop - at)}, ++number,
			  modalias);
		at = newline ? newline + 1 : end;
	}
	choose(matches);
}

/* Handles one string of modules.builtin.modinfo. Only MODULE.alias=PATTERN is an entry. */
static void take_builtin(struct alias_matches *matches, const char *string, const char *modalias)
{
	static const char key[] = ".alias=";
	const char *at = strstr(string, key);
	cleanup_free char *line = NULL;

	if (!at)
		return;
	line = text("alias %s %.*s", at + strlen(key), (int)(at - string), string);
	take_line(matches, (struct alias_word){line, strlen(line)}, 0, modalias);
}

void alias_match_builtin(const char *info, size_t len, const char *modalias,
			 struct alias_matches *matches)
{
	const char *end = info + len;

	for (const char *at = info; at < end; at++) {
		cleanup_free char *string = strndup(at, (size_t)(end - at));

		take_builtin(matches, string, modalias);
		at += strlen(string);
	}
	choose(matches);
}

/* Reads the modules.builtin.modinfo beside PATH; older kernels have none. */
static void read_builtin(const char *path, const char *modalias, struct alias_matches *matches)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *beside =
		text("%.*smodules.builtin.modinfo", slash ? (int)(slash + 1 - path) : 0, path);
	cleanup_free char *info = NULL;
	size_t len;

	if (!file_read(beside, &info, &len))
		alias_match_builtin(info, len, modalias, matches);
}

int alias_read(const char *path, const char *modalias, struct alias_matches *matches)
{
	cleanup_free char *entries = NULL;
	size_t len;
	int err = file_read(path, &entries, &len);

	*matches = (struct alias_matches){0};
	if (err)
		return err;
	alias_match(entries, len, modalias, matches);
	read_builtin(path, modalias, matches);
	return 0;
}

const struct alias *alias_best(const struct alias_matches *matches)
{
	return matches->count ? &matches->items[matches->best] : NULL;
}

bool alias_same_module(const char *one, const char *other)
{
	while (*one && (*one == *other || (strchr("-_", *one) && *other && strchr("-_", *other)))) {
		one++;
		other++;
	}
	return !*one && !*other;
}

void alias_free(struct alias_matches *matches)
{
	for (size_t i = 0; i < matches->count; i++) {
		free(matches->items[i].pattern);
		free(matches->items[i].module);
	}
	free(matches->items);
	*matches = (struct alias_matches){0};
}
