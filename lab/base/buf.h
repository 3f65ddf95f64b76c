/* SPDX-License-Identifier: GPL-2.0-only */
/* A growable string. All functions abort the program when memory runs out. */
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

/* Appends LEN bytes of DATA. */
void buf_add(struct buf *buf, const void *data, size_t len);

/* Appends a NUL-terminated string. */
void buf_puts(struct buf *buf, const char *text);

/* Appends formatted text. */
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Removes the first LEN bytes, or all if there are fewer. */
void buf_consume(struct buf *buf, size_t len);

/*
 * Returns the string, "" if nothing was added, and leaves BUF empty. The caller frees the string.
 */
char *buf_steal(struct buf *buf);

/* Frees the content of BUF, which may be used again. */
void buf_free(struct buf *buf);

#define cleanup_buf __attribute__((cleanup(buf_free)))

/* Returns a formatted string. The caller frees it. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
