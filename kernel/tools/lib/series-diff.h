/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The diff in a mail's or a file's text: found, its hunks counted, and put in the form that git
 * apply takes. /
 */
#ifndef KERNEL_TOOLS_LIB_SERIES_DIFF_H
#define KERNEL_TOOLS_LIB_SERIES_DIFF_H

#include "kernel/tools/lib/series-text.h"

struct diff {
	/* Nothing but file headers and hunks, with a/ and b/ before the names. */
	struct buf text;
	struct buf files;    /* the files' names, one a line, as they are after the patch */
	size_t message;	     /* how many bytes of the text came before the diff */
	unsigned file_count; /* 0 where there is no diff */
};

#define DIFF_INIT {.text = BUF_INIT, .files = BUF_INIT}

/*
 * Find the diff in TEXT. P0 says that names in it have no a/ and b/ before
 * them; where a git header shows as much, it need not be said. Context lines
 * that lost their leading blank get it back. 0, also without any diff, or
 * -EINVAL and WHY where a hunk is not what its header says.
 */
int diff_read(struct span text, bool p0, struct diff *diff, struct buf *why);

void diff_free(struct diff *diff);

#define cleanup_diff __attribute__((cleanup(diff_free)))

#endif
