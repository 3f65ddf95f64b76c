/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What text is laid out for: a terminal has a width and may have colours, a file or a pipe has
 * neither.
 */
#ifndef REPORTS_TEXT_PAGE_H
#define REPORTS_TEXT_PAGE_H

#include <stdbool.h>
#include <stdio.h>

struct page {
	FILE *out;
	bool colour;
	/* Columns of the terminal; 0: not a terminal, lines are as long as their text. */
	unsigned int width;
	/* Its lines; 0: not a terminal. */
	unsigned int height;
};

enum ink { INK_PLAIN, INK_GOOD, INK_BAD, INK_NOTE };

/*
 * The page of OUT, which stays the caller's. Colour needs a terminal that is not "dumb", and the
 * variable NO_COLOR unset or empty (https://no-color.org).
 */
struct page page_of(FILE *out);

/* Print TEXT in INK. */
void page_print(const struct page *page, enum ink ink, const char *text);

/*
 * Print TEXT, which begins in column INDENT, and end the line. Lines break at blanks and go on in
 * column INDENT; a word that fits in no line stays whole, so that it can be copied.
 */
void page_wrap(const struct page *page, unsigned int indent, const char *text);

/*
 * The lines of a block: "      label:  value", with the values in one column, WIDTH columns behind
 * the indent.
 */

/* Print LABEL and its colon, up to where the value begins. */
void page_label(const struct page *page, int width, const char *label);

/* Print a whole line; nothing if VALUE is NULL or empty. */
void page_line(const struct page *page, int width, const char *label, const char *value);

/* The WIDTH that LABEL and its colon need, at least WIDTH. */
int page_widen(int width, const char *label);

/*
 * How many bytes of TEXT to show in WIDTH columns: all that fit, else up to the end of a word, or
 * of a part of a name where a single word takes most of the line.
 */
size_t page_cut(const char *text, size_t width);

#endif
