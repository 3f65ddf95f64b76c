/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pieces of text, taken line by line, without copies; and what the reader expects of any text it is
 * given.
 */
#ifndef KERNEL_TOOLS_LIB_SERIES_TEXT_H
#define KERNEL_TOOLS_LIB_SERIES_TEXT_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes that belong to someone else. */
struct span {
	const char *at;
	size_t len;
};

/* The span of a NUL-terminated string. */
struct span span_of(const char *text);

/*
 * Take the next line off REST into LINE, without its newline. False, and LINE empty, when nothing
 * is left.
 */
bool span_line(struct span *rest, struct span *line);

/* The line that span_line() would take next; empty when nothing is left. */
struct span span_peek(struct span rest);

bool span_starts(struct span span, const char *prefix);
bool span_is(struct span span, const char *text);

/* Nothing but blanks? */
bool span_blank(struct span span);

/* The span without its first LEN bytes (at most all). */
struct span span_skip(struct span span, size_t len);

/* The span without blanks and line ends around it. */
struct span span_trim(struct span span);

/* What is before AT, which points into SPAN. */
struct span span_before(struct span span, const char *at);

/* A copy, NUL-terminated, which the caller frees. */
char *span_copy(struct span span);

/* Add LINE and a newline to BUF. */
void buf_line(struct buf *buf, struct span line);

/* Say in WHY, in place of what it held, what is wrong; returns -EINVAL. */
int series_error(struct buf *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is this text, with lines of a sane length? 0, or -EINVAL and WHY. */
int text_check(struct span text, struct buf *why);

/*
 * Where every line of BUF ends in CR LF, leave LF alone; mixed line ends mean something and stay.
 */
void text_unix(struct buf *buf);

#endif
