/* SPDX-License-Identifier: GPL-2.0-only */
/* Selection from a list by globs, and the names that a misspelt one may mean. */
#ifndef LAB_BASE_SELECT_H
#define LAB_BASE_SELECT_H

#include "lab/base/list.h"

/*
 * Add to CHOSEN, in their order and once each, the items of ALL that GLOBS (fnmatch patterns)
 * select: those that a glob matches, less those that a glob beginning with `!' matches. If no glob
 * includes anything, all items are included. Returns 0, or -ENOENT with one line in WHY if a glob
 * of either kind matches nothing, or if nothing is left. WHY names the glob, WHAT the items are,
 * and the nearest names.
 */
int list_select(const struct list *all, const struct list *globs, const char *what,
		struct list *chosen, struct buf *why);

/* The same, in the order of GLOBS: what the first of them matches comes first. */
int list_select_in_order(const struct list *all, const struct list *globs, const char *what,
			 struct list *chosen, struct buf *why);

/* Whether one of GLOBS includes anything; if not, they only exclude, or there are none. */
bool list_includes(const struct list *globs);

/*
 * Append to WHY what GLOB, which matches none of ALL, may have meant: ": did you mean A or B?", or
 * ": there is A B C". Of names FAMILY/NAME, only those of the family that GLOB names are
 * considered.
 */
void list_suggest(const struct list *all, const char *glob, struct buf *why);

#endif
