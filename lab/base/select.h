/* SPDX-License-Identifier: GPL-2.0-only */
/* Selection from a list by globs, with suggestions for misspelt names. */
#ifndef LAB_BASE_SELECT_H
#define LAB_BASE_SELECT_H

#include "lab/base/list.h"

/*
 * Adds to CHOSEN, in the order of ALL and once each, the items that GLOBS (fnmatch patterns)
 * select: those matched by a glob, except those matched by a glob that begins with `!'. If all
 * globs begin with `!', or there are none, all items are included. Returns 0, or -ENOENT with a
 * message in WHY if a glob of either kind matches nothing, or if no item is left. The message names
 * the glob, the kind of the items (WHAT) and the nearest names.
 */
int list_select(const struct list *all, const struct list *globs, const char *what,
		struct list *chosen, struct buf *why);

/* As list_select(), but in the order of GLOBS: items matched by the first glob come first. */
int list_select_in_order(const struct list *all, const struct list *globs, const char *what,
			 struct list *chosen, struct buf *why);

/* Returns true if one of GLOBS does not begin with `!'. */
bool list_includes(const struct list *globs);

/*
 * Appends to WHY suggestions for GLOB, which matches none of ALL: ": did you mean A or B?", or ":
 * there is A B C". If GLOB is FAMILY/NAME, only names of that family are considered.
 */
void list_suggest(const struct list *all, const char *glob, struct buf *why);

#endif
