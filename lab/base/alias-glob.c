// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/alias-glob.h"

static unsigned char fold(char c)
{
	return c == '-' ? '_' : (unsigned char)c;
}

/*
 * Returns the `]' that closes the brackets whose content begins at AT, or NULL if there is none
 * before END.
 */
static const char *closing(const char *at, const char *end)
{
	if (at < end && (*at == '!' || *at == '^'))
		at++;
	if (at < end && *at == ']') /* a leading `]' is a member */
		at++;
	while (at < end && *at != ']')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at < end ? at : NULL;
}

/*
 * Returns the end of the pattern element that begins at AT. An unclosed `[' is an ordinary
 * character.
 */
static const char *element_end(const char *at, const char *end)
{
	const char *close = *at == '[' ? closing(at + 1, end) : NULL;

	if (close)
		return close + 1;
	return *at == '\\' && at + 1 < end ? at + 2 : at + 1;
}

/* Returns the class member at *AT and advances *AT past it. */
static unsigned char member(const char **at, const char *end)
{
	if (**at == '\\' && *at + 1 < end)
		(*at)++;
	return (unsigned char)*(*at)++;
}

/* Returns true if C is in the class whose content is AT to END. */
static bool in_class(const char *at, const char *end, unsigned char c)
{
	bool negated = *at == '!' || *at == '^';
	bool found = false;

	at += negated;
	while (at < end) {
		unsigned char low = member(&at, end), high = low;

		if (at + 1 < end && *at == '-') {
			at++;
			high = member(&at, end);
		}
		found |= low <= c && c <= high;
	}
	return found != negated;
}

/* Returns true if the element from AT to NEXT, which is not a star, matches C. */
static bool stands_for(const char *at, const char *next, char c)
{
	if (*at == '?')
		return true;
	if (*at == '[' && next - at > 1)
		return in_class(at + 1, next - 1, fold(c));
	if (*at == '\\')
		return next - at > 1 &&
		       fold(at[1]) == fold(c); /* a trailing backslash matches nothing */
	return fold(*at) == fold(c);
}

/*
 * On a mismatch, only the last star is retried with a longer match: whatever an earlier star could
 * take in addition, the last one can take as well.
 */
bool glob_match(const char *pattern, size_t len, const char *text)
{
	const char *at = pattern, *end = pattern + len;
	const char *behind_star = NULL, *taken = NULL;

	while (*text) {
		const char *next = at < end ? element_end(at, end) : NULL;

		if (next && *at == '*') {
			behind_star = at = next;
			taken = text;
		} else if (next && stands_for(at, next, *text)) {
			at = next;
			text++;
		} else if (behind_star) {
			at = behind_star;
			text = ++taken;
		} else {
			return false;
		}
	}
	while (at < end && *at == '*')
		at++;
	return at == end;
}

unsigned int glob_stars(const char *pattern, size_t len)
{
	const char *end = pattern + len;
	unsigned int stars = 0;

	for (const char *at = pattern; at < end; at = element_end(at, end))
		stars += *at == '*';
	return stars;
}

size_t glob_literal(const char *pattern, size_t len)
{
	const char *end = pattern + len, *at = pattern;

	while (at < end && *at != '*')
		at = element_end(at, end);
	return (size_t)(at - pattern);
}
