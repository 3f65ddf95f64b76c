/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words allowed in needs and properties (lab/base/needs.h). Code that reads or makes needs or
 * properties rejects any other word. Without this check, a scenario with a misspelt need would
 * silently never run.
 */
#ifndef LAB_BASE_VOCABULARY_H
#define LAB_BASE_VOCABULARY_H

#include "lab/base/needs.h"

#include <stdbool.h>

/* What decides whether a DUT has a property. */
enum origin {
	ORIGIN_PLACE,	/* the DUT's place in its machine: its position and attributes there */
	ORIGIN_DEVICE,	/* the device and its machine; the same on every kernel */
	ORIGIN_OFFERED, /* the device, but a kernel may offer less of it */
	ORIGIN_KERNEL,	/* only the kernel */
	ORIGIN_MODE,	/* the case's mode (lab/base/mode.h), not the DUT */
};

#define ANY_VALUE "*"

/* A key may have several rows, for different values. */
struct vocabulary {
	const char *key;
	const char *values; /* words, or ANY_VALUE for any name; NULL: it has no values */
	bool counted;
	enum origin origin;
	const char *meaning;
};

/* All rows, terminated by one whose key is NULL. */
extern const struct vocabulary vocabulary[];

/*
 * Returns the row of WORD, or NULL if it is not in the table. A word without a value belongs to the
 * first row of its key.
 */
const struct vocabulary *vocabulary_find(const struct need *word);

/*
 * Returns what a scenario with NEEDS needs besides: a device that vfio-pci refuses, or that it
 * cannot open without harm, runs only scenarios about that.
 */
const char *vocabulary_implied(const char *needs);

/*
 * Returns an error message for the first invalid word of WORDS, such as "'irq=mis' is not in the
 * vocabulary, 'irq=msi' is", or NULL if all are well formed and in the table. Negated words are
 * valid only if NEEDS is true. The caller frees the string.
 */
char *vocabulary_error(const char *words, bool needs);

#endif
