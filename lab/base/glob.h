/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns as modprobe understands them in modules.alias: `*', `?', `[...]' with ranges and `!' or
 * `^' for its opposite, and `\' before a character that is meant as it is, as in fnmatch(3) without
 * flags. `-' and `_' are the same, except within brackets, where `-' makes a range and a character
 * `-' of the text counts as `_'.
 */
#ifndef LAB_BASE_GLOB_H
#define LAB_BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the LEN bytes of PATTERN match all of the NUL-terminated TEXT. Does not recurse: the time
 * is at most that of strlen(TEXT) squared comparisons, each of which may look at one pair of
 * brackets, however many `*' there are.
 */
bool glob_match(const char *pattern, size_t len, const char *text);

/*
 * How many `*' in the LEN bytes of PATTERN stand for anything, that is, are neither within brackets
 * nor after `\'.
 */
unsigned int glob_stars(const char *pattern, size_t len);

/* How many bytes of PATTERN come before the first of these; LEN if there is none. */
size_t glob_literal(const char *pattern, size_t len);

#endif
