/* SPDX-License-Identifier: GPL-2.0-only */
/* Suggestions for a misspelt word. */
#ifndef LAB_BASE_NEAREST_H
#define LAB_BASE_NEAREST_H

#include "lab/base/list.h"

/*
 * Returns the number of characters that must be inserted, deleted, replaced or exchanged with their
 * neighbour to turn A into B. In A, `?' stands for any character and `*' for any number of
 * characters.
 */
unsigned int edit_distance(const char *a, const char *b);

/*
 * Returns the item of WORDS with the smallest distance from WORD (the first of several), or NULL if
 * WORDS is empty.
 */
const char *nearest(const struct list *words, const char *word);

/* Maximum number of suggested names. */
#define NEAREST_MAX 3

/*
 * Adds to NEAR up to NEAREST_MAX of NAMES that GLOB matches after at most MOST edits, nearest
 * first. A match with only a part of the name counts as one more edit.
 */
void nearest_names(const struct list *names, const char *glob, unsigned int most,
		   struct list *near);

#endif
