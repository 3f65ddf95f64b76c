/* SPDX-License-Identifier: GPL-2.0-only */
/* Views of text, for reading line by line without copies, and checks of input text. */
#ifndef KERNEL_TOOLS_LIB_SERIES_TEXT_H
#define KERNEL_TOOLS_LIB_SERIES_TEXT_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes owned by someone else. */
struct span {
	const char *at;
	size_t len;
};

/* Returns the span of a NUL-terminated string. */
struct span span_of(const char *text);

/*
 * Takes the next line off REST into LINE, without its newline. Returns false, with an empty LINE,
 * if nothing is left.
 */
bool span_line(struct span *rest, struct span *line);

/* Returns the line that span_line() would take next; empty if nothing is left. */
struct span span_peek(struct span rest);

bool span_starts(struct span span, const char *prefix);
bool span_is(struct span span, const char *text);

/* Returns true if SPAN contains only blanks. */
bool span_blank(struct span span);

/* Returns SPAN without its first LEN bytes (at most all). */
struct span span_skip(struct span span, size_t len);

/* Returns SPAN without leading and trailing blanks and line ends. */
struct span span_trim(struct span span);

/* Returns the part of SPAN before AT, which points into it. */
struct span span_before(struct span span, const char *at);

/* Returns a NUL-terminated copy. The caller frees it. */
char *span_copy(struct span span);

/* Appends LINE and a newline to BUF. */
void buf_line(struct buf *buf, struct span line);

/* Replaces the content of WHY by a message. Returns -EINVAL. */
int series_error(struct buf *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Checks that TEXT is plain text with lines of a reasonable length. Returns 0, or -EINVAL with a
 * message in WHY.
 */
int text_check(struct span text, struct buf *why);

/*
 * Converts BUF to LF line ends if every line ends in CR LF. Mixed line ends are significant and are
 * kept.
 */
void text_unix(struct buf *buf);

#endif
