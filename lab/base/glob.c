// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/glob.h"

static unsigned char fold(char c)
{
	return c == '-' ? '_' : (unsigned char)c;
}

/* The `]' that closes the brackets whose inside begins at AT; NULL where none does before END. */
static const char *closing(const char *at, const char *end)
{
	if (at < end && (*at == '!' || *at == '^'))
		at++;
	if (at < end && *at == ']') /* as the first it is a member */
		at++;
	while (at < end && *at != ']')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at < end ? at : NULL;
}

/*
 * Behind the element of a pattern that begins at AT. A `[' that nothing closes is a character like
 * others.
 */
static const char *element_end(const char *at, const char *end)
{
	const char *close = *at == '[' ? closing(at + 1, end) : NULL;

	if (close)
		return close + 1;
	return *at == '\\' && at + 1 < end ? at + 2 : at + 1;
}

/* The member of a class at *AT, which is moved behind it. */
static unsigned char member(const char **at, const char *end)
{
	if (**at == '\\' && *at + 1 < end)
		(*at)++;
	return (unsigned char)*(*at)++;
}

/* Whether C is in the class whose inside is AT to END. */
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

/* Whether the element from AT to NEXT, which is no star, stands for C. */
static bool stands_for(const char *at, const char *next, char c)
{
	if (*at == '?')
		return true;
	if (*at == '[' && next - at > 1)
		return in_class(at + 1, next - 1, fold(c));
	if (*at == '\\')
		return next - at > 1 &&
		       fold(at[1]) == fold(c); /* with nothing behind it, it matches nothing */
	return fold(*at) == fold(c);
}

/*
 * Only the last star is ever tried again: what an earlier one could take more of, the last one
 * takes as well.
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
