// SPDX-License-Identifier: GPL-2.0-only
/* The table at the end of a run. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/leaks.h"
#include "reports/text/text.h"

#include <string.h>

struct cell_tally {
	unsigned int of[VERDICT_COUNT]; /* without known failures and flaky attempts */
	unsigned int xfail, flaky;
};

static void family_of(const struct record *record, char *family, size_t size)
{
	const char *scenario = record->scenario;

	snprintf(family, size, "%.*s", (int)strcspn(scenario, "/"), scenario);
}

/* A row of the table: a kernel or, if a run has several modes, a kernel in one mode. */
struct line {
	const char *kernel;
	unsigned int modes; /* a set */
	char *title;
};

struct table_lines {
	struct line *items;
	size_t count;
};

static void lines_free(struct table_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i].title);
	free(lines->items);
}

static bool is_of_line(const struct record *record, const struct line *line)
{
	return line->modes & MODE_BIT(record->mode) && !strcmp(record->kernel, line->kernel);
}

/* The totals of LINE, for FAMILY alone or, if that is NULL, for all families. */
static struct cell_tally count(const struct records *cases, const struct line *line,
			       const char *family)
{
	struct cell_tally tally = {0};

	for (size_t i = 0; i < cases->count; i++) {
		const struct record *record = &cases->items[i];
		char its[64];

		family_of(record, its, sizeof(its));
		if (!is_of_line(record, line) || (family && strcmp(its, family) != 0))
			continue;
		if (record->xfail)
			tally.xfail++;
		else if (record->flaky)
			tally.flaky++;
		else
			tally.of[record->result.verdict]++;
	}
	return tally;
}

/*
 * "24": all executed cases passed; "23/24": not all of them; "-": none was executed. A "?" marks
 * cases without a verdict: they did not run, or the lab failed.
 */
static void cell(const struct cell_tally *tally, char *text, size_t size)
{
	unsigned int passed = tally->of[VERDICT_PASS];
	unsigned int judged = passed + tally->of[VERDICT_FAIL];
	const char *open = tally->of[VERDICT_ERROR] + tally->of[VERDICT_MISS] ? "?" : "";

	if (!judged)
		snprintf(text, size, "%s", *open ? open : "-");
	else if (judged == passed)
		snprintf(text, size, "%u%s", passed, open);
	else
		snprintf(text, size, "%u/%u%s", passed, judged, open);
}

/* Width of a cell with the blank before it, and of a kernel's totals. */
#define CELL   11
#define TOTALS 33

/* Width of the output to a file or a pipe. */
#define WIDTH_OF_FILES 100

static size_t columns_that_fit(const struct page *page, int kernels, int totals)
{
	int left = (int)(page->width ? page->width : WIDTH_OF_FILES) - 2 - kernels - totals;

	return left >= CELL ? (size_t)left / CELL : 1;
}

static void print_count(const struct page *page, enum ink ink, int width, unsigned int count,
			const char *what)
{
	char shown[64];

	snprintf(shown, sizeof(shown), " %*u %s", width, count, what);
	page_print(page, count ? ink : INK_PLAIN, shown);
}

/* Leaks are not counted by mode: the search that finds them covers the cases of several. */
static void print_totals(const struct results *results, const struct line *line,
			 const struct page *page)
{
	struct cell_tally all = count(&results->cases, line, NULL);
	unsigned int leaks =
		line->modes & MODE_BIT(MODE_TYPE1) ? leaks_count(results, line->kernel) : 0;

	fputs("  ", page->out);
	print_count(page, INK_GOOD, 5, all.of[VERDICT_PASS], "pass");
	print_count(page, INK_BAD, 3, all.of[VERDICT_FAIL], "fail");
	print_count(page, INK_PLAIN, 4, all.of[VERDICT_SKIP], "skip");
	if (all.xfail)
		print_count(page, INK_NOTE, 3, all.xfail, "xfail");
	if (all.flaky)
		print_count(page, INK_NOTE, 3, all.flaky, "flaky");
	if (all.of[VERDICT_ERROR])
		print_count(page, INK_BAD, 3, all.of[VERDICT_ERROR], "error");
	if (all.of[VERDICT_MISS])
		print_count(page, INK_NOTE, 3, all.of[VERDICT_MISS], "not run");
	if (leaks)
		print_count(page, INK_BAD, 3, leaks, leaks == 1 ? "leak" : "leaks");
}

struct columns {
	const struct list *families;
	size_t first, end;
	int width; /* of the kernels' names */
};

static void print_head(const struct columns *columns, const struct page *page)
{
	fprintf(page->out, "\n  %-*s", columns->width, "");
	for (size_t f = columns->first; f < columns->end; f++)
		fprintf(page->out, " %10s", columns->families->items[f]);
	fputc('\n', page->out);
}

static void print_cells(const struct records *cases, const struct line *line,
			const struct columns *columns, const struct page *page)
{
	fprintf(page->out, "  %-*s", columns->width, line->title);
	for (size_t f = columns->first; f < columns->end; f++) {
		struct cell_tally tally = count(cases, line, columns->families->items[f]);
		char its[32], shown[48];

		cell(&tally, its, sizeof(its));
		snprintf(shown, sizeof(shown), " %10s", its);
		page_print(page, tally.of[VERDICT_FAIL] ? INK_BAD : INK_PLAIN, shown);
	}
}

/*
 * A few families fit in one table. Otherwise there are several tables, and the totals follow them.
 */
static void print_tables(const struct results *results, const struct table_lines *lines,
			 const struct list *families, int width, const struct page *page)
{
	bool few = families->count <= columns_that_fit(page, width, TOTALS);
	size_t fit = few ? families->count : columns_that_fit(page, width, 0);
	struct columns columns = {.families = families, .width = width};

	for (; columns.first < families->count; columns.first = columns.end) {
		size_t left = families->count - columns.first;

		columns.end = columns.first + (left < fit ? left : fit);
		print_head(&columns, page);
		for (size_t k = 0; k < lines->count; k++) {
			print_cells(&results->cases, &lines->items[k], &columns, page);
			if (few)
				print_totals(results, &lines->items[k], page);
			fputc('\n', page->out);
		}
	}
	if (!few)
		fputc('\n', page->out);
	for (size_t k = 0; k < lines->count && !few; k++) {
		fprintf(page->out, "  %-*s", width, lines->items[k].title);
		print_totals(results, &lines->items[k], page);
		fputc('\n', page->out);
	}
}

static bool has_line(const struct results *results, const struct line *line)
{
	for (size_t i = 0; i < results->cases.count; i++)
		if (is_of_line(&results->cases.items[i], line))
			return true;
	return false;
}

/* Add the lines of KERNEL: one, or one for each mode. */
static void add_lines(const struct results *results, const char *kernel, struct table_lines *lines)
{
	const unsigned int modes = results_modes(results);
	int width = (int)strlen(kernel);

	if (modes == MODE_BIT(MODE_TYPE1)) {
		*array_add(lines) = (struct line){kernel, modes, text("%s", kernel)};
		return;
	}
	for (unsigned int mode = 0; mode < MODE_COUNT; mode++) {
		const struct line line = {kernel, MODE_BIT(mode), NULL};

		if (!has_line(results, &line))
			continue;
		*array_add(lines) = line;
		lines->items[lines->count - 1].title =
			text("%-*s %s", width < 8 ? 8 : width, kernel, mode_names[mode]);
	}
}

static void print_counts(const struct results *results, const struct page *page)
{
	__attribute__((cleanup(lines_free))) struct table_lines lines = {0};
	const struct records *cases = &results->cases;
	cleanup_list struct list families = {0};
	cleanup_list struct list kernels = {0};
	int width = 8;

	for (size_t i = 0; i < cases->count; i++) {
		char family[64];

		family_of(&cases->items[i], family, sizeof(family));
		list_add_once(&families, family);
		list_add_once(&kernels, cases->items[i].kernel);
	}
	for (size_t k = 0; k < kernels.count; k++)
		add_lines(results, kernels.items[k], &lines);
	for (size_t i = 0; i < lines.count; i++)
		if ((int)strlen(lines.items[i].title) > width)
			width = (int)strlen(lines.items[i].title);
	print_tables(results, &lines, &families, width, page);
}

void results_print_table(const struct results *results, const struct page *page)
{
	print_counts(results, page);
	fputc('\n', page->out);
}
