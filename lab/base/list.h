/* SPDX-License-Identifier: GPL-2.0-only */
/* A list of strings that owns them. */
#ifndef LAB_BASE_LIST_H
#define LAB_BASE_LIST_H

#include "lab/base/buf.h"

#include <stdbool.h>

struct list {
	char **items; /* NULL-terminated once anything was added */
	size_t count;
};

/* Append a copy of TEXT. */
void list_add(struct list *list, const char *text);

/* Append a copy of TEXT, where LIST has it not. */
void list_add_once(struct list *list, const char *text);

/* Append a formatted string. */
void list_addf(struct list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append the words of TEXT, which blanks and commas separate. */
void list_add_words(struct list *list, const char *text);

/* Append the parts of TEXT that SEPARATORS are between. */
void list_add_split(struct list *list, const char *text, const char *separators);

/* Whether LIST has TEXT. */
bool list_has(const struct list *list, const char *text);

/* The items with SEPARATOR between them; the caller frees the string. */
char *list_join(const struct list *list, const char *separator);

/* Free what LIST holds; it is empty then. */
void list_free(struct list *list);

#define cleanup_list __attribute__((cleanup(list_free)))

#endif
