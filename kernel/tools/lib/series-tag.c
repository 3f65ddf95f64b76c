// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-tag.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Maximum length of a tag; longer text in brackets is prose. */
#define BRACKET_LIMIT 100

/* Maximum number of digits of a number. */
#define DIGITS 4

/* Parses a number at *AT and advances *AT. */
static bool number(const char **at, unsigned *value)
{
	size_t digits = strspn(*at, "0123456789");

	if (!digits || digits > DIGITS)
		return false;
	*value = (unsigned)strtoul(*at, NULL, 10);
	*at += digits;
	return true;
}

/* Parses "v3", "V3" or "v3.1". */
static bool version_word(const char *word, struct tag *tag)
{
	unsigned value;

	if (tolower((unsigned char)*word) != 'v')
		return false;
	word++;
	if (!number(&word, &value) || (*word && *word != '.'))
		return false;
	tag->version = value;
	return true;
}

/* Parses "02/12". */
static bool number_word(const char *word, struct tag *tag)
{
	unsigned n, total;

	if (!number(&word, &n) || *word++ != '/' || !number(&word, &total) || *word)
		return false;
	tag->number = n;
	tag->total = total;
	tag->numbered = true;
	return true;
}

/* Parses a keyword, optionally joined to a version: "PATCHv3", "RFC-v2", "RFC/PATCH". */
static bool keyword(const char *word, struct tag *tag)
{
	static const char *const keywords[] = {"PATCH", "RFC", "RESEND", "REPOST"};

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		struct tag glued = *tag;
		size_t len = strlen(keywords[i]);

		if (strncasecmp(word, keywords[i], len))
			continue;
		word += len + (word[len] == '-' || word[len] == '/');
		if (*word && !version_word(word, &glued) && !keyword(word, &glued))
			return false;
		*tag = glued;
		tag->rfc |= i == 1;
		tag->resend |= i >= 2;
		return true;
	}
	return false;
}

/* Parses the words in one pair of brackets. Returns false if none belongs to a patch tag. */
static bool bracket(const char *from, const char *to, struct tag *tag)
{
	cleanup_free char *words =
		to - from > BRACKET_LIMIT ? NULL : strndup(from, (size_t)(to - from));
	char *save = NULL;
	bool known = false;

	if (!words) /* too long or out of memory: not a tag */
		return false;
	for (char *word = strtok_r(words, " ,\t", &save); word;
	     word = strtok_r(NULL, " ,\t", &save))
		known |= keyword(word, tag) || version_word(word, tag) || number_word(word, tag);
	return known;
}

/* Returns the length of a "Re:" at AT, or 0. */
static size_t reply_mark(const char *at)
{
	static const char *const marks[] = {
		"re:", "aw:", "sv:", "fw:", "fwd:", "antw:", "forwarded:"};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!strncasecmp(at, marks[i], strlen(marks[i])))
			return strlen(marks[i]);
	}
	return 0;
}

void tag_parse(const char *subject, struct tag *tag)
{
	const char *at = subject;

	*tag = (struct tag){.version = 1, .title = subject};
	for (;;) {
		const char *close;

		at += strspn(at, " \t");
		if (!tag->tagged && reply_mark(at)) {
			tag->reply = true;
			at += reply_mark(at);
			continue;
		}
		close = *at == '[' ? strchr(at, ']') : NULL;
		if (!close)
			break;
		/*
		 * A mailing list's name in brackets may precede the tag. Brackets after the tag
		 * belong to the title.
		 */
		if (bracket(at + 1, close, tag))
			tag->tagged = true;
		else if (tag->tagged)
			break;
		at = close + 1;
	}
	if (tag->tagged)
		tag->title = at;
}
