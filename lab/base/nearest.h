/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of several words was meant by one that is misspelt. */
#ifndef LAB_BASE_NEAREST_H
#define LAB_BASE_NEAREST_H

#include "lab/base/list.h"

/*
 * How many characters must be inserted, deleted, replaced or exchanged with
 * their neighbour to make B of A.
 */
unsigned int edit_distance(const char *a, const char *b);

/* The item of WORDS that is least distant from WORD, the first of several; NULL if WORDS is empty. */
const char *nearest(const struct list *words, const char *word);

#endif
