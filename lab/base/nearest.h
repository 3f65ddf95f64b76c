/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of several words was meant by one that is misspelt. */
#ifndef LAB_BASE_NEAREST_H
#define LAB_BASE_NEAREST_H

#include "lab/base/list.h"

/*
 * How many characters must be inserted, deleted, replaced or exchanged with
 * their neighbour to make B of A. In A, `?' stands for any character, `*' for any number of them.
 */
unsigned int edit_distance(const char *a, const char *b);

/*
 * The item of WORDS that is least distant from WORD, the first of several; NULL if WORDS is empty.
 */
const char *nearest(const struct list *words, const char *word);

/* No more names are suggested. */
#define NEAREST_MAX 3

/*
 * Add to NEAR up to NEAREST_MAX of NAMES, the nearest first, that GLOB matches after at most MOST
 * changes. A name of which it matches a part counts as one change more.
 */
void nearest_names(const struct list *names, const char *glob, unsigned int most,
		   struct list *near);

#endif
