/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XML and HTML documents, written by libxml2's serializer, which escapes all text of a guest. Bytes
 * that neither format can represent become '?'. The program exits if memory is short.
 */
#ifndef REPORTS_MARKUP_H
#define REPORTS_MARKUP_H

#include <stddef.h>

enum markup_kind { MARKUP_XML, MARKUP_HTML };

struct markup;

/* Begin a document with its first line. The caller ends it with markup_write() or markup_free(). */
struct markup *markup_new(enum markup_kind kind);

/*
 * Open the element NAME with attributes: pairs of a name and a value, followed by NULL. A pair
 * whose value is NULL is omitted.
 */
void markup_open(struct markup *markup, const char *name, ...) __attribute__((sentinel));

/* Close the innermost open element. */
void markup_close(struct markup *markup);

/* Write an element that has no end tag in HTML (link, input), or an empty one of SVG (rect). */
void markup_empty(struct markup *markup, const char *name, ...) __attribute__((sentinel));

/* Write an element NAME that contains only TEXT. */
void markup_element(struct markup *markup, const char *name, const char *text, ...)
	__attribute__((sentinel));

/* Write text into the innermost open element. */
void markup_text(struct markup *markup, const char *text);
void markup_textf(struct markup *markup, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * End the document and write it to PATH, completely or not at all. Frees MARKUP in any case.
 * Returns 0 or -errno.
 */
int markup_write(struct markup *markup, const char *path);

void markup_free(struct markup *markup);

/*
 * PATH, relative to FOLDER, as a reference of a page. The result is always a plain path, without
 * scheme or query. The caller frees it.
 */
char *markup_href(const char *folder, const char *path);

#endif
