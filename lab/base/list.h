/* SPDX-License-Identifier: GPL-2.0-only */
/* A list of strings that owns them, and selection by globs. */
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

/*
 * Add to CHOSEN, in their order and once each, the items of ALL that one of
 * GLOBS (fnmatch patterns) matches; no globs choose all. -ENOENT where a glob
 * matches nothing: WHY then says so, naming the glob, WHAT the items are, and
 * what there is to choose from.
 */
int list_select(const struct list *all, const struct list *globs, const char *what, struct list *chosen,
		struct buf *why);

#endif
