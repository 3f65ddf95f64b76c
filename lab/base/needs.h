/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a scenario needs of a DUT, matched against what the DUT has.
 *
 * Both are words with a blank between them: KEY, KEY=VALUE or KEY=VALUE:COUNT
 * (also KEY:COUNT). A need is met by a property with its key, its value where
 * it names one, and at least its count; `!' before a need turns it round.
 */
#ifndef LAB_BASE_NEEDS_H
#define LAB_BASE_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

/* One word of needs or of properties, which points into the text it was read from. */
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
 * Read the word at *TEXT into NEED and move *TEXT behind it. Returns false at the end of the text.
 */
bool needs_next(const char **text, struct need *need);

#define for_each_need(need, text)                                                                  \
	for (const char *need##_rest = (text); needs_next(&need##_rest, &(need));)

/*
 * Whether PROPERTY has the key of NEED, its value if it names one, and at least its count; `!' is
 * ignored.
 */
bool needs_meets(const struct need *property, const struct need *need);

/*
 * Why NAME, a DUT with PROPERTIES, does not meet NEEDS: the needs that are
 * not met, and what it has instead. NULL where all are met. The caller frees it.
 */
char *needs_unmet(const char *needs, const char *name, const char *properties);

/* Whether NEEDS, or its negation, asks for a property with KEY. */
bool needs_mention(const char *needs, const char *key);

/* Whether those of NEEDS that have PROPERTY's key are met by it. */
bool needs_agree(const char *needs, const char *property);

/* Whether NEEDS is well formed; *WORD is then untouched, else what is not (the caller frees it). */
bool needs_valid(const char *needs, char **word);

#endif
