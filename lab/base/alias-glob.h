/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns of modules.alias, as modprobe matches them: `*', `?', `[...]' with ranges and negation
 * by `!' or `^', and `\' to escape a character, as in fnmatch(3) without flags. `-' and `_' are
 * equivalent outside brackets. Within brackets `-' denotes a range, and a `-' in the text is
 * matched as `_'.
 */
#ifndef LAB_BASE_ALIAS_GLOB_H
#define LAB_BASE_ALIAS_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns true if PATTERN (LEN bytes) matches all of the NUL-terminated TEXT. Does not recurse.
 * Takes at most strlen(TEXT) squared comparisons, each of which may scan one bracket expression,
 * regardless of the number of `*'.
 */
bool glob_match(const char *pattern, size_t len, const char *text);

/*
 * Returns the number of wildcard `*' in PATTERN (LEN bytes): those neither within brackets nor
 * after `\'.
 */
unsigned int glob_stars(const char *pattern, size_t len);

/* Returns the number of bytes of PATTERN before its first wildcard `*', or LEN if it has none. */
size_t glob_literal(const char *pattern, size_t len);

#endif
