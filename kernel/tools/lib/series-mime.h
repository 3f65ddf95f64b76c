/* SPDX-License-Identifier: GPL-2.0-only */
/* The headers of a mail or of a part of it, and the text that its body comes to. */
#ifndef KERNEL_TOOLS_LIB_SERIES_MIME_H
#define KERNEL_TOOLS_LIB_SERIES_MIME_H

#include "kernel/tools/lib/series-text.h"

/* Is LINE "Name: value"? */
bool header_line(struct span line);

/*
 * Take the headers off TEXT: all up to an empty line, which goes too, or to a line that is no
 * header.
 */
struct span header_take(struct span *text);

/*
 * The value of NAME ("Subject") in HEAD, unfolded, which the caller frees; NULL where it is not
 * there.
 */
char *header_get(struct span head, const char *name);

/* The same, but only what stands in NAME's own line. */
char *header_first_line(struct span head, const char *name);

/*
 * Append the text that BODY, with the headers HEAD, holds to OUT: of a multipart, its plain text
 * and patches. /
 */
void mime_text(struct span head, struct span body, struct buf *out);

#endif
