/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words that needs and properties (lab/base/needs.h) are made of. A word
 * that is not in this table is an error wherever one is read or made: without
 * that, a misspelt need is a scenario that never runs, and says nothing.
 */
#ifndef LAB_BASE_VOCABULARY_H
#define LAB_BASE_VOCABULARY_H

#include "lab/base/needs.h"

#include <stdbool.h>

/* Who decides whether a DUT has a property. */
enum origin {
	ORIGIN_PLACE,	/* the DUT's place in its machine: its position and attributes there */
	ORIGIN_DEVICE,	/* the device and its machine alone: it is the same on every kernel */
	ORIGIN_OFFERED, /* the device can have it, a kernel may offer less of it */
	ORIGIN_KERNEL,	/* the kernel alone */
};

#define ANY_VALUE "*"

/* A key may have several rows, for different values. */
struct vocabulary {
	const char *key;
	const char *values; /* words, ANY_VALUE for the name of anything; NULL: it has no values */
	bool counted;
	enum origin origin;
	const char *meaning;
};

/* All rows, up to one whose key is NULL. */
extern const struct vocabulary vocabulary[];

/*
 * The row that WORD belongs to, NULL if it is not in the table. One without a value belongs to its
 * key's first.
 */
const struct vocabulary *vocabulary_find(const struct need *word);

/*
 * What is wrong with the first bad one of WORDS: "'irq=mis' is not in the
 * vocabulary, 'irq=msi' is". NULL if all are well formed and in the table. Only
 * with NEEDS may words be negated. The caller frees it.
 */
char *vocabulary_error(const char *words, bool needs);

#endif
