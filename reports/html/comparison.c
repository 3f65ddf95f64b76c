// SPDX-License-Identifier: GPL-2.0-only
/* A page for each pair of kernels with all their differences. */
#include "lab/base/cleanup.h"
#include "reports/html/site.h"

#include <string.h>

struct kind {
	enum difference_kind kind;
	const char *heading;
	const char *about;
};

static const struct kind kinds[] = {
	{DIFFERENCE_REGRESSION, "Regressions", "passed on the first kernel, fails on the second"},
	{DIFFERENCE_UNLISTED, "Unlisted differences", "nobody expects them"},
	{DIFFERENCE_FIXED, "Fixed", "failed on the first kernel, passes on the second"},
	{DIFFERENCE_UNJUDGED, "Unjudged", "only one of the two has a verdict"},
};

/* Write a row. The case is a link to its page on the second kernel, if that exists. */
static void write_difference(const struct sheet *sheet, const struct comparison *comparison,
			     const struct difference *difference)
{
	const struct matrix *matrix = &sheet->site->matrix;
	const struct row *row = matrix_row(matrix, difference->name, difference->machine);
	const struct cell *cell = NULL;

	for (size_t k = 0; row && k < matrix->kernels; k++)
		if (!strcmp(sheet->site->results->kernels.items[k].name, comparison->b))
			cell = &row->cells[k];
	markup_open(sheet->markup, "tr", NULL);
	markup_open(sheet->markup, "th", "scope", "row", NULL);
	if (row)
		part_case(sheet, row, cell);
	else
		markup_element(sheet->markup, "code", difference->name, NULL);
	markup_element(sheet->markup, "small", difference->machine, NULL);
	markup_close(sheet->markup);
	part_cell(sheet, difference->fact, "code");
	part_cell(sheet, difference->a, "code");
	part_cell(sheet, difference->b, "code");
	markup_close(sheet->markup);
}

static void open_table(const struct sheet *sheet, const struct comparison *comparison,
		       const char *label)
{
	part_table(sheet, label, NULL, "Case", "Fact", comparison->a, comparison->b, NULL);
}

static void write_kind(const struct sheet *sheet, const struct comparison *comparison,
		       const struct kind *kind)
{
	const struct differences *differences = &comparison->of[kind->kind];

	markup_open(sheet->markup, "section", NULL);
	markup_open(sheet->markup, "h2", NULL);
	markup_textf(sheet->markup, "%s (%zu)", kind->heading, differences->count);
	markup_close(sheet->markup);
	if (differences->count) {
		markup_element(sheet->markup, "p", kind->about, NULL);
		open_table(sheet, comparison, kind->heading);
		for (size_t i = 0; i < differences->count; i++)
			write_difference(sheet, comparison, &differences->items[i]);
		part_table_end(sheet);
	}
	markup_close(sheet->markup);
}

static bool has_reason(const struct difference *difference, const char *reason)
{
	return !strcmp(difference->reason ?: "", reason);
}

static void write_reason(const struct sheet *sheet, const struct comparison *comparison,
			 const char *reason)
{
	const struct differences *listed = &comparison->of[DIFFERENCE_LISTED];
	unsigned int count = 0;

	for (size_t i = 0; i < listed->count; i++)
		count += has_reason(&listed->items[i], reason);
	markup_open(sheet->markup, "details", NULL);
	markup_open(sheet->markup, "summary", NULL);
	markup_textf(sheet->markup, "%s (%u)", *reason ? reason : "no reason is listed", count);
	markup_close(sheet->markup);
	open_table(sheet, comparison, *reason ? reason : "Listed differences");
	for (size_t i = 0; i < listed->count; i++)
		if (has_reason(&listed->items[i], reason))
			write_difference(sheet, comparison, &listed->items[i]);
	part_table_end(sheet);
	markup_close(sheet->markup);
}

/* Write the expected differences, grouped by their listed reason. */
static void write_listed(const struct sheet *sheet, const struct comparison *comparison)
{
	const struct differences *listed = &comparison->of[DIFFERENCE_LISTED];
	cleanup_list struct list reasons = {0};

	for (size_t i = 0; i < listed->count; i++)
		list_add_once(&reasons, listed->items[i].reason ?: "");
	markup_open(sheet->markup, "section", NULL);
	markup_open(sheet->markup, "h2", NULL);
	markup_textf(sheet->markup, "Listed differences (%zu)", listed->count);
	markup_close(sheet->markup);
	for (size_t i = 0; i < reasons.count; i++)
		write_reason(sheet, comparison, reasons.items[i]);
	markup_close(sheet->markup);
}

static void write_unseen(const struct sheet *sheet, const struct comparison *comparison)
{
	if (!comparison->unseen.count)
		return;
	markup_open(sheet->markup, "section", NULL);
	markup_open(sheet->markup, "h2", NULL);
	markup_textf(sheet->markup, "Listed, but did not occur (%zu)", comparison->unseen.count);
	markup_close(sheet->markup);
	part_table(sheet, "Listed, but did not occur", NULL, "Cases", "Fact", "Reason", NULL);
	for (size_t i = 0; i < comparison->unseen.count; i++) {
		const struct unseen *unseen = &comparison->unseen.items[i];

		markup_open(sheet->markup, "tr", NULL);
		part_cell(sheet, unseen->cases, "code");
		part_cell(sheet, unseen->fact, "code");
		part_cell(sheet, unseen->reason, NULL);
		markup_close(sheet->markup);
	}
	part_table_end(sheet);
	markup_close(sheet->markup);
}

int comparison_write(const struct site *site, size_t number)
{
	const struct comparison *comparison = &site->results->comparisons.items[number];
	cleanup_free char *current = text("%s / %s", comparison->a, comparison->b);
	cleanup_free char *title = text("%s compared with %s", comparison->b, comparison->a);
	struct sheet sheet = sheet_begin(site, false, title, current);
	cleanup_free char *file = comparison_file(number);
	cleanup_free char *path = text("%s/%s", site->folder, file);

	markup_element(sheet.markup, "h1", title, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		write_kind(&sheet, comparison, &kinds[i]);
	write_listed(&sheet, comparison);
	write_unseen(&sheet, comparison);
	return sheet_end(&sheet, path);
}
