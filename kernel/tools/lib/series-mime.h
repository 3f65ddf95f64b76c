/* SPDX-License-Identifier: GPL-2.0-only */
/* Headers of a mail or of a part of it, and the decoded text of its body. */
#ifndef KERNEL_TOOLS_LIB_SERIES_MIME_H
#define KERNEL_TOOLS_LIB_SERIES_MIME_H

#include "kernel/tools/lib/series-text.h"

/* Returns true if LINE is "Name: value". */
bool header_line(struct span line);

/*
 * Takes the headers off TEXT and returns them. They end before a line that is not a header, or with
 * an empty line, which is removed, too.
 */
struct span header_take(struct span *text);

/*
 * Returns the unfolded value of NAME ("Subject") in HEAD, or NULL if it is missing. The caller
 * frees it.
 */
char *header_get(struct span head, const char *name);

/* As header_get(), but returns only the first line of the value. */
char *header_first_line(struct span head, const char *name);

/*
 * Appends the decoded text of BODY, whose headers are HEAD, to OUT; of a multipart body, its plain
 * text and patches.
 */
void mime_text(struct span head, struct span body, struct buf *out);

#endif
