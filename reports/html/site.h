/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages of a run, static files without a server: index.html in the run's folder, all others in
 * html/ beside it. This header declares what the pages share.
 */
#ifndef REPORTS_HTML_SITE_H
#define REPORTS_HTML_SITE_H

#include "lab/base/list.h"
#include "reports/markup.h"
#include "reports/model/matrix.h"
#include "reports/report.h"
#include "reports/summary.h"

/* Maximum number of pages of failures; regressions come first. */
#define FAILURE_PAGES_MAX 1000

/* The rows of one family, which are adjacent in the matrix. */
struct family {
	char *name;
	char *file; /* of its page, in html/ */
	size_t first;
	size_t count;
};

struct site {
	const struct report *report;
	const struct results *results;
	struct matrix matrix;
	struct summary summary;
	struct {
		struct family *items;
		size_t count;
	} families;
	unsigned int pages;    /* of failures */
	unsigned int left_out; /* failures without a page */
	const char *folder;    /* where the pages are written */
};

/* A page while it is written. */
struct sheet {
	const struct site *site;
	struct markup *markup;
	const char *pages; /* relative path to html/: "html" or "." */
	const char *run;   /* relative path to the run's folder: "." or ".." */
};

/*
 * Begin a page with its head, its navigation and an open <main>. CURRENT is its label in the
 * navigation.
 */
struct sheet sheet_begin(const struct site *site, bool in_run_folder, const char *title,
			 const char *current);

/* End the page and write it to PATH. Returns 0 or -errno. */
int sheet_end(struct sheet *sheet, const char *path);

/* Write a page. Return 0 or -errno. */
int overview_write(const struct site *site, const char *path);
int family_write(const struct site *site, size_t family);
int failure_write(const struct site *site, const struct row *row, const struct cell *cell);
int comparison_write(const struct site *site, size_t comparison);
int times_write(const struct site *site);

/* Write the files that all pages use, style.css and page.js. Returns 0 or -errno. */
int assets_write(const struct site *site);

/* The family of ROW. */
const struct family *site_family(const struct site *site, const struct row *row);

/* The file name of a failure's or comparison's page. The caller frees it. */
char *failure_file(const struct cell *cell);
char *comparison_file(size_t comparison);

/* Elements of pages. Each is written to the current position of SHEET. */

/* A verdict as a coloured word. */
void part_verdict(const struct sheet *sheet, const struct cell *cell);

/* A case's name, as a link to its own page or else to its family's. */
void part_case(const struct sheet *sheet, const struct row *row, const struct cell *cell);

/* The strip of a case's last runs; nothing if none are known. */
void part_strip(const struct sheet *sheet, const struct record *record);

/* A command with a button that copies it. */
void part_command(const struct sheet *sheet, const char *command);

/* Preformatted lines under a heading; nothing if there are none. */
void part_lines(const struct sheet *sheet, const char *heading, const struct list *lines);

/* A row of a definition list; nothing if VALUE is NULL. */
void part_term(const struct sheet *sheet, const char *term, const char *value);

/* A link to PATH in the run's folder. Returns whether the file exists; writes nothing if not. */
bool part_file(const struct sheet *sheet, const char *path, const char *label);

/*
 * Begin a table up to its open body. It can be scrolled if it is wider than the page. The headings
 * follow CLASS (which may be NULL), and NULL follows the headings.
 */
void part_table(const struct sheet *sheet, const char *label, const char *class, ...)
	__attribute__((sentinel));

/* The same with a list of headings. */
void part_table_of(const struct sheet *sheet, const char *label, const char *class,
		   const struct list *headings);

/* End the table and its open body. */
void part_table_end(const struct sheet *sheet);

/* A cell of a table. CLASS may be NULL. */
void part_cell(const struct sheet *sheet, const char *text, const char *class);

/* STARTED (UTC, "2026-01-02T03:04:05Z", or NULL) as "2026-01-02 03:04". The caller frees it. */
char *moment(const char *started);

/* MS as "1.2 s". The caller frees it. */
char *duration(unsigned int ms);

#endif
