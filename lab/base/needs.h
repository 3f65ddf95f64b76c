/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Matches the needs of a scenario against the properties of a DUT.
 *
 * Both are lists of blank-separated words: KEY, KEY=VALUE, KEY:COUNT or KEY=VALUE:COUNT. A property
 * meets a need if it has the same key, the same value if the need has one, and at least the need's
 * count. `!' before a need negates it.
 */
#ifndef LAB_BASE_NEEDS_H
#define LAB_BASE_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

/* One word of needs or properties. Its pointers refer to the text it was parsed from. */
struct need {
	const char *start; /* of the whole word, '!' included */
	size_t len;
	bool negated;
	const char *key;
	size_t key_len;
	const char *value; /* NULL: the word has no value */
	size_t value_len;
	unsigned long count; /* 1 if the word has none */
	bool counted;	     /* the word has a count */
};

/*
 * Parses the word at *TEXT into NEED and advances *TEXT past it. Returns false at the end of the
 * text.
 */
bool needs_next(const char **text, struct need *need);

#define for_each_need(need, text)                                                                  \
	for (const char *need##_rest = (text); needs_next(&need##_rest, &(need));)

/*
 * Returns true if PROPERTY has the key of NEED, its value if it has one, and at least its count.
 * Ignores `!'.
 */
bool needs_meets(const struct need *property, const struct need *need);

/*
 * Returns why the DUT NAME with PROPERTIES does not meet NEEDS: the unmet needs, and what the DUT
 * has instead. Returns NULL if all are met. The caller frees the string.
 */
char *needs_unmet(const char *needs, const char *name, const char *properties);

/* Returns true if a word of NEEDS, negated or not, has the key KEY. */
bool needs_mention(const char *needs, const char *key);

/* Returns true if PROPERTY meets every need that has its key. */
bool needs_agree(const char *needs, const char *property);

/*
 * Returns true if NEEDS is well formed. Otherwise stores the first malformed word in *WORD; the
 * caller frees it.
 */
bool needs_valid(const char *needs, char **word);

#endif
