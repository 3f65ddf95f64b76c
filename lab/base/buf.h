/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A string that grows. Memory that cannot be had ends the program: nothing here could go on without
 * it.
 */
#ifndef LAB_BASE_BUF_H
#define LAB_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *data; /* NUL-terminated once anything was added; NULL before */
	size_t len; /* bytes, without the NUL */
	size_t size;
};

#define BUF_INIT {NULL, 0, 0}

/* Append LEN bytes of DATA. */
void buf_add(struct buf *buf, const void *data, size_t len);

/* Append a NUL-terminated string. */
void buf_puts(struct buf *buf, const char *text);

/* Append formatted text. */
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Drop the first LEN bytes (at most all). */
void buf_consume(struct buf *buf, size_t len);

/* Hand the string to the caller, who frees it; "" where nothing was added. BUF is empty then. */
char *buf_steal(struct buf *buf);

/* Free what BUF holds; it may be used again. */
void buf_free(struct buf *buf);

#define cleanup_buf __attribute__((cleanup(buf_free)))

/* A formatted string, which the caller frees. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
