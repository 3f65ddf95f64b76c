// SPDX-License-Identifier: GPL-2.0-only
#include "reports/html/overview-news.h"

#include "lab/base/cleanup.h"
#include "reports/text/reasons.h"

#include <string.h>

/* Maximum number of items of a kind; the pages of the families have all. */
#define ITEMS_MAX 200

/* Lists of up to this many items are open at first. */
#define ITEMS_OPEN 20

/* Begin a list under a heading with the number of its items. A long list is closed at first. */
static void open_list(const struct sheet *sheet, const char *heading, size_t count)
{
	markup_open(sheet->markup, "details", "class", "news", "open",
		    count <= ITEMS_OPEN ? "open" : NULL, NULL);
	markup_open(sheet->markup, "summary", NULL);
	markup_textf(sheet->markup, "%s (%zu)", heading, count);
	markup_close(sheet->markup);
	markup_open(sheet->markup, "ul", NULL);
}

static void close_list(const struct sheet *sheet, size_t count)
{
	if (count > ITEMS_MAX) {
		markup_open(sheet->markup, "li", NULL);
		markup_textf(sheet->markup, "and %zu more: see the pages of the families",
			     count - ITEMS_MAX);
		markup_close(sheet->markup);
	}
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_place(const struct sheet *sheet, const char *kernel, const char *machine)
{
	markup_open(sheet->markup, "span", "class", "place", NULL);
	markup_textf(sheet->markup, "%s / %s", kernel, machine);
	markup_close(sheet->markup);
}

static void write_reason(const struct sheet *sheet, const char *reason)
{
	if (reason)
		markup_element(sheet->markup, "p", reason, "class", "reason", NULL);
}

static void write_cell(const struct sheet *sheet, const struct row *row, const struct cell *cell)
{
	const struct record *record = cell_record(cell);

	markup_open(sheet->markup, "li", NULL);
	part_verdict(sheet, cell);
	part_case(sheet, row, cell);
	write_place(sheet, record->kernel, record->machine);
	part_strip(sheet, record);
	write_reason(sheet, record->result.reason);
	markup_close(sheet->markup);
}

static void write_cells(const struct sheet *sheet, enum news news, const char *heading)
{
	const struct matrix *matrix = &sheet->site->matrix;
	size_t count = sheet->site->summary.of[news], written = 0;

	if (!count)
		return;
	open_list(sheet, heading, count);
	for (size_t i = 0; i < matrix->count * matrix->kernels && written < ITEMS_MAX; i++) {
		if (cell_news(&matrix->cells[i]) != news)
			continue;
		write_cell(sheet, &matrix->rows[i / matrix->kernels], &matrix->cells[i]);
		written++;
	}
	close_list(sheet, count);
}

static void write_flaky(const struct sheet *sheet)
{
	const struct matrix *matrix = &sheet->site->matrix;
	size_t count = sheet->site->summary.of[NEWS_FLAKY];

	if (!count)
		return;
	open_list(sheet, "Flaky: attempts differ", count);
	for (size_t i = 0; i < matrix->count * matrix->kernels; i++)
		if (attempts_differ(&matrix->cells[i].attempts))
			write_cell(sheet, &matrix->rows[i / matrix->kernels], &matrix->cells[i]);
	close_list(sheet, 0);
}

static void write_difference(const struct sheet *sheet, const struct difference *difference)
{
	const struct row *row =
		matrix_row(&sheet->site->matrix, difference->name, difference->machine);

	markup_open(sheet->markup, "li", NULL);
	if (row)
		part_case(sheet, row, NULL);
	else
		markup_element(sheet->markup, "code", difference->name, NULL);
	markup_element(sheet->markup, "span", difference->machine, "class", "place", NULL);
	markup_open(sheet->markup, "p", "class", "reason", NULL);
	markup_textf(sheet->markup, "%s: ", difference->fact);
	markup_element(sheet->markup, "del", difference->a, NULL);
	markup_text(sheet->markup, " now ");
	markup_element(sheet->markup, "ins", difference->b, NULL);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_differences(const struct sheet *sheet, enum difference_kind kind,
			      const char *heading)
{
	const struct results *results = sheet->site->results;

	for (size_t c = 0; c < results->comparisons.count; c++) {
		const struct comparison *comparison = &results->comparisons.items[c];
		const struct differences *differences = &comparison->of[kind];
		cleanup_free char *title =
			text("%s: %s, compared with %s", heading, comparison->b, comparison->a);

		if (!differences->count)
			continue;
		open_list(sheet, title, differences->count);
		for (size_t i = 0; i < differences->count && i < ITEMS_MAX; i++)
			write_difference(sheet, &differences->items[i]);
		close_list(sheet, differences->count);
	}
}

static void write_leak(const struct sheet *sheet, const struct leak *leak)
{
	cleanup_free char *stack = list_join(&leak->stack, " < ");

	markup_open(sheet->markup, "li", NULL);
	markup_element(sheet->markup, "code", leak->name ?: "no case", NULL);
	write_place(sheet, leak->kernel, leak->machine);
	markup_open(sheet->markup, "p", "class", "reason", NULL);
	markup_textf(sheet->markup, "%u times %u bytes: %s", leak->times, leak->bytes, stack);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_leaks(const struct sheet *sheet)
{
	const struct results *results = sheet->site->results;

	if (!sheet->site->summary.of[NEWS_LEAK])
		return;
	open_list(sheet, "Leaks", sheet->site->summary.of[NEWS_LEAK]);
	for (size_t i = 0; i < results->leaks.count; i++)
		if (!results->leaks.items[i].known)
			write_leak(sheet, &results->leaks.items[i]);
	close_list(sheet, 0);
}

/* Count the cases with VERDICT by their reasons, most frequent first. */
static void gather_reasons(const struct sheet *sheet, enum verdict verdict, struct reasons *reasons)
{
	const struct matrix *matrix = &sheet->site->matrix;

	for (size_t i = 0; i < matrix->count * matrix->kernels; i++) {
		const struct record *record = cell_record(&matrix->cells[i]);
		cleanup_free char *place = record ? record_place(record) : NULL;

		if (record && record->result.verdict == verdict)
			reasons_add(reasons, record->result.reason ?: "no reason was given", place);
	}
	reasons_sort(reasons);
}

/* Cases that did not run are counted by reason: a lost guest can miss hundreds. */
static void write_missed(const struct sheet *sheet)
{
	cleanup_reasons struct reasons reasons = {0};

	if (!sheet->site->summary.of[NEWS_MISS])
		return;
	gather_reasons(sheet, VERDICT_MISS, &reasons);
	open_list(sheet, "Not run", sheet->site->summary.of[NEWS_MISS]);
	for (size_t i = 0; i < reasons.count; i++) {
		markup_open(sheet->markup, "li", NULL);
		markup_textf(sheet->markup, "%u cases: %s", reasons.items[i].cases,
			     reasons.items[i].reason);
		markup_close(sheet->markup);
	}
	close_list(sheet, 0);
}

static void write_pages_left_out(const struct sheet *sheet)
{
	if (!sheet->site->left_out)
		return;
	markup_open(sheet->markup, "p", NULL);
	markup_textf(sheet->markup,
		     "%u failures of this run have no page of their own; "
		     "results.json has all of them.",
		     sheet->site->left_out);
	markup_close(sheet->markup);
}

void news_write(const struct sheet *sheet)
{
	bool any = false;

	for (int i = 0; i < NEWS_KINDS; i++)
		any = any || sheet->site->summary.of[i];
	markup_open(sheet->markup, "section", "id", "news", NULL);
	markup_element(sheet->markup, "h2", "What changed", NULL);
	if (!any)
		markup_element(sheet->markup, "p", "Nothing: no failure but known ones.", NULL);
	write_cells(sheet, NEWS_REGRESSION, "Regressions");
	write_cells(sheet, NEWS_FAILURE, "Failures");
	write_differences(sheet, DIFFERENCE_UNLISTED, "Unlisted differences");
	write_leaks(sheet);
	write_cells(sheet, NEWS_ERROR, "Lab errors");
	write_missed(sheet);
	write_flaky(sheet);
	write_differences(sheet, DIFFERENCE_FIXED, "Fixed");
	write_pages_left_out(sheet);
	markup_close(sheet->markup);
}

void known_write(const struct sheet *sheet)
{
	const struct matrix *matrix = &sheet->site->matrix;

	if (!sheet->site->summary.known)
		return;
	markup_open(sheet->markup, "details", NULL);
	markup_open(sheet->markup, "summary", NULL);
	markup_textf(sheet->markup, "Known failures (%u)", sheet->site->summary.known);
	markup_close(sheet->markup);
	markup_open(sheet->markup, "ul", NULL);
	for (size_t i = 0; i < matrix->count * matrix->kernels; i++) {
		const struct cell *cell = &matrix->cells[i];
		const struct record *record = cell_record(cell);

		if (!record || !record->xfail || cell->lost)
			continue;
		markup_open(sheet->markup, "li", NULL);
		part_case(sheet, &matrix->rows[i / matrix->kernels], cell);
		write_place(sheet, record->kernel, record->machine);
		write_reason(sheet, record->xfail);
		markup_close(sheet->markup);
	}
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_skip(const struct sheet *sheet, const struct reason *reason)
{
	cleanup_free char *cases = text("%u", reason->cases);
	cleanup_free char *duts = list_join(&reason->duts, " ");

	markup_open(sheet->markup, "tr", NULL);
	part_cell(sheet, cases, "number");
	part_cell(sheet, reason->reason, NULL);
	part_cell(sheet, duts, "quiet");
	markup_close(sheet->markup);
}

void skips_write(const struct sheet *sheet)
{
	cleanup_reasons struct reasons reasons = {0};

	if (!sheet->site->summary.skipped)
		return;
	gather_reasons(sheet, VERDICT_SKIP, &reasons);
	markup_open(sheet->markup, "details", NULL);
	markup_open(sheet->markup, "summary", NULL);
	markup_textf(sheet->markup, "Skipped (%u), by reason", reasons.cases);
	markup_close(sheet->markup);
	part_table(sheet, "Skipped cases by reason", NULL, "Cases", "Reason", "DUTs", NULL);
	for (size_t i = 0; i < reasons.count; i++)
		write_skip(sheet, &reasons.items[i]);
	part_table_end(sheet);
	markup_close(sheet->markup);
}
