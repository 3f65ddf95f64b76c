// SPDX-License-Identifier: GPL-2.0-only
/* A page for each family: its cases by scenario, with the verdict on each kernel. */
#include "lab/base/cleanup.h"
#include "reports/html/site.h"

#include <string.h>

/*
 * The words by which page.js filters a row: "failed" for news and known failures, "differs" if the
 * kernels have different verdicts.
 */
static const char *words_of(const struct sheet *sheet, const struct row *row)
{
	static const char *const words[2][2] = {{NULL, "differs"}, {"failed", "failed differs"}};
	const struct record *first = NULL;
	bool failed = false, differs = false;

	for (size_t k = 0; k < sheet->site->matrix.kernels; k++) {
		const struct record *record = cell_record(&row->cells[k]);
		bool page = row->cells[k].page != 0;

		if (!record)
			continue;
		failed = failed || page || cell_news(&row->cells[k]) != NEWS_KINDS;
		differs = differs || (first && first->result.verdict != record->result.verdict);
		first = first ?: record;
	}
	return words[failed][differs];
}

static void write_verdict(const struct sheet *sheet, const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	cleanup_free char *page = cell->page ? failure_file(cell) : NULL;
	cleanup_free char *took = record ? duration(record->result.ms) : NULL;

	markup_open(sheet->markup, "td", NULL);
	if (page)
		markup_open(sheet->markup, "a", "href", page, NULL);
	part_verdict(sheet, cell);
	if (page)
		markup_close(sheet->markup);
	if (record && record->result.ms)
		markup_element(sheet->markup, "small", took, NULL);
	if (record)
		part_strip(sheet, record);
	if (record && record->result.reason)
		markup_element(sheet->markup, "p", record->result.reason, "class", "reason", NULL);
	markup_close(sheet->markup);
}

static void write_row(const struct sheet *sheet, const struct row *row)
{
	cleanup_free char *place = record_place(row->record);

	markup_open(sheet->markup, "tr", "data-case", "", "data-words", words_of(sheet, row), NULL);
	markup_open(sheet->markup, "th", "scope", "row", NULL);
	markup_element(sheet->markup, "code", place, NULL);
	markup_element(sheet->markup, "small", row->record->machine, NULL);
	markup_close(sheet->markup);
	for (size_t k = 0; k < sheet->site->matrix.kernels; k++)
		write_verdict(sheet, &row->cells[k]);
	markup_close(sheet->markup);
}

/* Each scenario is a <tbody>, whose first row has the promise. */
static void write_scenario(const struct sheet *sheet, const struct row *row)
{
	const struct scenario_about *about =
		results_scenario(sheet->site->results, row->record->scenario);
	cleanup_free char *columns = text("%zu", sheet->site->matrix.kernels + 1);

	markup_open(sheet->markup, "tr", "class", "scenario", NULL);
	markup_open(sheet->markup, "th", "scope", "rowgroup", "colspan", columns, NULL);
	markup_element(sheet->markup, "code", row->record->scenario, NULL);
	if (about && about->promise)
		markup_element(sheet->markup, "p", about->promise, "class", "promise", NULL);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_rows(const struct sheet *sheet, const struct family *family)
{
	const struct matrix *matrix = &sheet->site->matrix;
	const char *scenario = NULL;

	for (size_t i = family->first; i < family->first + family->count; i++) {
		const struct row *row = &matrix->rows[i];

		if (!scenario || strcmp(scenario, row->record->scenario) != 0) {
			if (scenario) {
				markup_close(sheet->markup);
				markup_open(sheet->markup, "tbody", NULL);
			}
			scenario = row->record->scenario;
			write_scenario(sheet, row);
		}
		write_row(sheet, row);
	}
}

/* The filter is hidden until page.js shows it, as it does nothing without JavaScript. */
static void write_filter(const struct sheet *sheet)
{
	static const char *const choices[][2] = {
		{"", "all cases"}, {"failed", "failed"}, {"differs", "kernels differ"}};

	markup_open(sheet->markup, "div", "class", "filter", "hidden", "hidden", NULL);
	markup_open(sheet->markup, "label", NULL);
	markup_text(sheet->markup, "Filter ");
	markup_empty(sheet->markup, "input", "type", "search", "id", "filter", "placeholder",
		     "text of a case; / jumps here", "autocomplete", "off", NULL);
	markup_close(sheet->markup);
	markup_open(sheet->markup, "label", NULL);
	markup_text(sheet->markup, "Show ");
	markup_open(sheet->markup, "select", "id", "show", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		markup_element(sheet->markup, "option", choices[i][1], "value", choices[i][0],
			       NULL);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
	markup_element(sheet->markup, "output", "", "id", "shown", "aria-live", "polite", NULL);
	markup_close(sheet->markup);
}

static void write_neighbour(const struct sheet *sheet, size_t family, const char *rel,
			    const char *arrow)
{
	const struct site *site = sheet->site;
	cleanup_free char *label = NULL;

	if (family >= site->families.count)
		return;
	label = text("%s %s", arrow, site->families.items[family].name);
	markup_element(sheet->markup, "a", label, "href", site->families.items[family].file, "rel",
		       rel, NULL);
}

static void write_tallies(const struct sheet *sheet, const struct family *family)
{
	const struct site *site = sheet->site;

	markup_open(sheet->markup, "dl", "class", "about", NULL);
	for (size_t k = 0; k < site->matrix.kernels; k++) {
		struct tally tally = matrix_tally(&site->matrix, family->first, family->count, k);
		cleanup_free char *line = text(
			"%u passed, %u failed, %u known failures, %u skipped, %u lab errors, "
			"%u not run",
			tally.of[VERDICT_PASS], tally.of[VERDICT_FAIL], tally.known,
			tally.of[VERDICT_SKIP], tally.of[VERDICT_ERROR], tally.of[VERDICT_MISS]);

		part_term(sheet, site->results->kernels.items[k].name, line);
	}
	markup_close(sheet->markup);
}

int family_write(const struct site *site, size_t number)
{
	const struct family *family = &site->families.items[number];
	struct sheet sheet = sheet_begin(site, false, family->name, "");
	cleanup_free char *path = text("%s/%s", site->folder, family->file);
	cleanup_list struct list headings = {0};

	list_add(&headings, "DUT and machine");
	for (size_t k = 0; k < site->matrix.kernels; k++)
		list_add(&headings, site->results->kernels.items[k].name);
	markup_element(sheet.markup, "h1", family->name, NULL);
	write_tallies(&sheet, family);
	write_filter(&sheet);
	part_table_of(&sheet, "Cases", "cases", &headings);
	write_rows(&sheet, family);
	part_table_end(&sheet);
	markup_open(sheet.markup, "nav", "class", "neighbours", "aria-label", "Families", NULL);
	write_neighbour(&sheet, number - 1, "prev", "\xe2\x86\x90");
	write_neighbour(&sheet, number + 1, "next", "\xe2\x86\x92");
	markup_close(sheet.markup);
	return sheet_end(&sheet, path);
}
