/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The output that text is formatted for. A terminal has a width and may have colours; a file or a
 * pipe has neither.
 */
#ifndef REPORTS_TEXT_PAGE_H
#define REPORTS_TEXT_PAGE_H

#include "lab/base/list.h"

#include <stdbool.h>
#include <stdio.h>

struct page {
	FILE *out;
	bool colour;
	/* Columns of the terminal; 0: not a terminal, lines are not wrapped. */
	unsigned int width;
	/* Lines of the terminal; 0: not a terminal. */
	unsigned int height;
};

enum ink { INK_PLAIN, INK_GOOD, INK_BAD, INK_NOTE };

/*
 * The page of OUT, which the caller keeps open. Colour is used if OUT is a terminal that is not
 * "dumb", and the variable NO_COLOR is unset or empty (https://no-color.org).
 */
struct page page_of(FILE *out);

/* Print TEXT in INK. */
void page_print(const struct page *page, enum ink ink, const char *text);

/*
 * Print TEXT and a newline; the cursor is at column INDENT. Lines break at blanks and continue in
 * column INDENT. A word that is longer than a line is not broken, so that it can be copied.
 */
void page_wrap(const struct page *page, unsigned int indent, const char *text);

/*
 * The lines of a block: "      label:  value", with the values in one column, WIDTH columns behind
 * the indent.
 */

/* Print LABEL, its colon and the blanks before the value. */
void page_label(const struct page *page, int width, const char *label);

/* Print a whole line; nothing if VALUE is NULL or empty. */
void page_line(const struct page *page, int width, const char *label, const char *value);

/*
 * Print the command that runs cases again, as a line of a block. CHOICE are the make variables that
 * select the kernels, MACHINES the one that selects machines. SCENARIOS and DUTS may be NULL: all
 * run. MODES is modes_choice(), or "". The line is not wrapped, so that it can be copied.
 */
void page_again(const struct page *page, int width, const char *choice, const char *machines,
		const struct list *scenarios, const struct list *duts, const char *modes);

/* The larger of WIDTH and the width of LABEL with its colon. */
int page_widen(int width, const char *label);

/*
 * The number of bytes of TEXT to print in WIDTH columns: all if they fit, otherwise up to the end
 * of a word. A single word that takes most of the line is cut at the end of a part of the name.
 */
size_t page_cut(const char *text, size_t width);

#endif
