/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A list of strings, which owns its strings. All functions abort the program when memory runs out.
 */
#ifndef LAB_BASE_LIST_H
#define LAB_BASE_LIST_H

#include "lab/base/buf.h"

#include <stdbool.h>

struct list {
	char **items; /* NULL-terminated once anything was added */
	size_t count;
};

/* Appends a copy of TEXT. */
void list_add(struct list *list, const char *text);

/* Appends a copy of TEXT unless LIST contains it. */
void list_add_once(struct list *list, const char *text);

/* Appends a formatted string. */
void list_addf(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends the words of TEXT, which are separated by blanks and commas. */
void list_add_words(struct list *list, const char *text);

/* Splits TEXT at any of the characters in SEPARATORS and appends the parts. */
void list_add_split(struct list *list, const char *text, const char *separators);

/* Returns true if LIST contains TEXT. */
bool list_has(const struct list *list, const char *text);

/* Returns the items joined with SEPARATOR. The caller frees the string. */
char *list_join(const struct list *list, const char *separator);

/* Frees the strings of LIST and leaves it empty. */
void list_free(struct list *list);

#define cleanup_list __attribute__((cleanup(list_free)))

#endif
