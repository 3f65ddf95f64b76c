/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutants that no user of the kernel can tell from the original. A file lists them:
 *
 *	FILE FUNCTION
 *	-the line before
 *	+the line with the change
 *	 why they are the same
 *
 * Blanks within lines do not count. Empty lines and those that begin with # are ignored.
 */
#ifndef KERNEL_TOOLS_LIB_EQUIVALENTS_H
#define KERNEL_TOOLS_LIB_EQUIVALENTS_H

#include "kernel/tools/lib/series-text.h"

struct equivalent {
	char *place; /* "FILE FUNCTION" */
	char *before, *after;
	char *why;
	unsigned int line; /* of the list */
};

struct equivalents {
	struct equivalent *items;
	size_t count;
};

/* Reads TEXT. Returns 0, or -EINVAL with a message in WHY that has the line's number. */
int equivalents_parse(struct span text, struct equivalents *equivalents, struct buf *why);

/*
 * Returns the entry for a change of the lines BEFORE to AFTER in FUNCTION of FILE, or NULL. Lines
 * may be several; see squeezed().
 */
const struct equivalent *equivalents_find(const struct equivalents *equivalents, const char *file,
					  struct span function, struct span before,
					  struct span after);

/* Returns a copy of SPAN with single blanks between words and none at its ends. */
char *squeezed(struct span span);

void equivalents_free(struct equivalents *equivalents);

#endif
