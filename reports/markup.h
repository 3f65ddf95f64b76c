/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XML and HTML documents by libxml2's serializer: whatever a guest wrote is escaped there. Bytes
 * that neither format can hold become '?'. Memory that cannot be had ends the program.
 */
#ifndef REPORTS_MARKUP_H
#define REPORTS_MARKUP_H

#include <stddef.h>

enum markup_kind { MARKUP_XML, MARKUP_HTML };

struct markup;

/* Begin a document with its first line. The caller ends it by markup_write() or markup_free(). */
struct markup *markup_new(enum markup_kind kind);

/*
 * Open the element NAME with attributes: pairs of a name and a value, the last followed by NULL. A
 * pair whose value is NULL is left out.
 */
void markup_open(struct markup *markup, const char *name, ...) __attribute__((sentinel));

/* Close the element that was opened last and is still open. */
void markup_close(struct markup *markup);

/* An element that has no end tag in HTML (link, input), and none in SVG if it is empty (rect). */
void markup_empty(struct markup *markup, const char *name, ...) __attribute__((sentinel));

/* An element NAME that has nothing but TEXT. */
void markup_element(struct markup *markup, const char *name, const char *text, ...)
	__attribute__((sentinel));

/* Text in the element that is open. */
void markup_text(struct markup *markup, const char *text);
void markup_textf(struct markup *markup, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * End the document and write it to PATH, whole or not at all; frees MARKUP in any case. Returns 0
 * or -errno.
 */
int markup_write(struct markup *markup, const char *path);

void markup_free(struct markup *markup);

/*
 * PATH below the folder that a page refers to, as a reference that is never more than a path:
 * neither a scheme nor a query. The caller frees it.
 */
char *markup_href(const char *folder, const char *path);

#endif
