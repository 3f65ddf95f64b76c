/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the diff in the text of a mail or file, checks its hunks, and normalises it for git apply.
 */
#ifndef KERNEL_TOOLS_LIB_SERIES_DIFF_H
#define KERNEL_TOOLS_LIB_SERIES_DIFF_H

#include "kernel/tools/lib/series-text.h"

struct diff {
	/* Only file headers and hunks, with the prefixes a/ and b/. */
	struct buf text;
	struct buf files;    /* names of the files after the patch, one a line */
	size_t message;	     /* bytes of text before the diff */
	unsigned file_count; /* 0 if there is no diff */
};

#define DIFF_INIT {.text = BUF_INIT, .files = BUF_INIT}

/*
 * Finds the diff in TEXT. P0: names have no prefixes a/ and b/ (detected automatically from a git
 * header). Restores the leading blank of context lines that have lost it. Returns 0, also if there
 * is no diff, or -EINVAL with a message in WHY if a hunk does not match its header.
 */
int diff_read(struct span text, bool p0, struct diff *diff, struct buf *why);

void diff_free(struct diff *diff);

#define cleanup_diff __attribute__((cleanup(diff_free)))

#endif
