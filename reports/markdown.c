// SPDX-License-Identifier: GPL-2.0-only
/*
 * summary.md, which a CI shows for a run, and annotations.txt, GitHub's lines for regressions. The
 * runner passes both on (runner/cli/github.c). All text of a guest is escaped.
 */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/evidence.h"
#include "reports/model/compare.h"
#include "reports/report.h"
#include "reports/summary.h"

#include <string.h>

/*
 * Limit of items of a kind, so that the summary stays readable. The number of further ones follows.
 */
#define ITEMS_MAX 50

/* GitHub shows this many for each step. */
#define ANNOTATIONS_MAX 10

struct markdown {
	const struct results *results;
	const struct matrix *matrix;
	struct buf out;
};

/* Append TEXT with all markup escaped. */
static void add_plain(struct buf *out, const char *text)
{
	static const char special[] = "\\`*_{}[]()<>#+-!|~&@$";

	for (; text && *text; text++) {
		if (strchr(special, *text))
			buf_puts(out, "\\");
		buf_add(out, *text == '\n' || *text == '\r' ? " " : text, 1);
	}
}

/* Append TEXT as code. It can end neither the code span nor a table cell. */
static void add_code(struct buf *out, const char *text)
{
	buf_puts(out, "`");
	for (; text && *text; text++)
		buf_add(out, strchr("`|\n\r", *text) ? "'" : text, 1);
	buf_puts(out, "`");
}

/* Append a row of the table: the totals of the kernel NAME. */
static void add_counts(struct buf *out, const char *name, const struct tally *tally)
{
	buf_puts(out, "| ");
	add_code(out, name);
	buf_printf(out, " | %u | %u | %u | %u | %u | %u |\n", tally->of[VERDICT_PASS],
		   tally->of[VERDICT_FAIL], tally->known, tally->of[VERDICT_SKIP],
		   tally->of[VERDICT_ERROR], tally->of[VERDICT_MISS]);
}

static void add_kernels(struct markdown *markdown)
{
	const struct matrix *matrix = markdown->matrix;
	struct buf *out = &markdown->out;

	buf_puts(out, "| kernel | pass | fail | known failure | skip | lab error | not run |\n"
		      "|---|---:|---:|---:|---:|---:|---:|\n");
	for (size_t k = 0; k < matrix->kernels; k++) {
		struct tally tally = matrix_tally(matrix, 0, matrix->count, k);

		add_counts(out, markdown->results->kernels.items[k].name, &tally);
	}
}

static void add_cell(struct markdown *markdown, const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	cleanup_free char *place = text("%s/%s", record->kernel, record->machine);
	cleanup_free char *command = cell_command(markdown->results, cell);
	struct buf *out = &markdown->out;

	buf_puts(out, "- ");
	add_code(out, record->name);
	buf_puts(out, " on ");
	add_code(out, place);
	buf_puts(out, ": ");
	add_plain(out, record->result.reason);
	buf_puts(out, "  \n  ");
	add_code(out, command);
	buf_puts(out, "\n");
}

static void add_heading(struct buf *out, const char *heading)
{
	buf_printf(out, "\n### %c%s\n", heading[0] - 'a' + 'A', heading + 1);
}

static void add_rest(struct buf *out, size_t count)
{
	if (count > ITEMS_MAX)
		buf_printf(out, "- and %zu more\n", count - ITEMS_MAX);
}

static void add_cells(struct markdown *markdown, enum news news)
{
	const struct matrix *matrix = markdown->matrix;
	size_t count = 0;

	for (size_t i = 0; i < matrix->count * matrix->kernels; i++) {
		if (cell_news(&matrix->cells[i]) != news)
			continue;
		if (!count++)
			add_heading(&markdown->out, news_names[news][1]);
		if (count <= ITEMS_MAX)
			add_cell(markdown, &matrix->cells[i]);
	}
	add_rest(&markdown->out, count);
}

static void add_difference(struct buf *out, const struct difference *difference)
{
	buf_puts(out, "- ");
	add_code(out, difference->name);
	buf_puts(out, " on ");
	add_code(out, difference->machine);
	buf_puts(out, ": ");
	add_code(out, difference->fact);
	buf_puts(out, " ");
	add_code(out, difference->a);
	buf_puts(out, ", now ");
	add_code(out, difference->b);
	buf_puts(out, "\n");
}

static void add_differences(struct markdown *markdown, enum difference_kind kind,
			    const char *heading)
{
	const struct results *results = markdown->results;

	for (size_t c = 0; c < results->comparisons.count; c++) {
		const struct comparison *comparison = &results->comparisons.items[c];
		const struct differences *differences = &comparison->of[kind];
		cleanup_free char *title =
			text("%s of %s, compared with %s", heading, comparison->b, comparison->a);

		if (differences->count)
			add_heading(&markdown->out, title);
		for (size_t i = 0; i < differences->count && i < ITEMS_MAX; i++)
			add_difference(&markdown->out, &differences->items[i]);
		add_rest(&markdown->out, differences->count);
	}
}

int markdown_write(const struct report *report, const char *path)
{
	struct matrix matrix;
	struct markdown markdown = {.results = report->results, .matrix = &matrix};
	cleanup_free char *line = NULL;
	struct summary summary;
	int err;

	matrix_make(report->results, &matrix);
	summary = summarize(report->results, &matrix);
	line = headline(report->results, &summary);
	buf_printf(&markdown.out, "## vfiolab: %s\n\n", line);
	add_kernels(&markdown);
	add_cells(&markdown, NEWS_REGRESSION);
	add_differences(&markdown, DIFFERENCE_UNLISTED, "unlisted differences");
	add_cells(&markdown, NEWS_FAILURE);
	add_cells(&markdown, NEWS_ERROR);
	add_differences(&markdown, DIFFERENCE_FIXED, "fixed cases");
	err = file_write(path, markdown.out.data, markdown.out.len);
	buf_free(&markdown.out);
	matrix_free(&matrix);
	return err;
}

/* Escape TEXT for one of GitHub's commands: newlines, and in a PROPERTY also its separators. */
static void add_escaped(struct buf *out, const char *text, bool property)
{
	const char *special = property ? "%\r\n:," : "%\r\n";

	for (; text && *text; text++)
		if (strchr(special, *text))
			buf_printf(out, "%%%02X", (unsigned int)(unsigned char)*text);
		else
			buf_add(out, text, 1);
}

static void add_annotation(struct buf *out, const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	const char *where = record->result.where ?: "";
	const char *colon = strrchr(where, ':');
	cleanup_free char *file = text("%.*s", colon ? (int)(colon - where) : 0, where);
	cleanup_free char *title = text("%s: %s", record->kernel, record->name);

	buf_puts(out, "::error ");
	if (colon) {
		buf_puts(out, "file=");
		add_escaped(out, file, true);
		buf_puts(out, ",line=");
		add_escaped(out, colon + 1, true);
		buf_puts(out, ",");
	}
	buf_puts(out, "title=");
	add_escaped(out, title, true);
	buf_puts(out, "::");
	add_escaped(out, record->result.reason ?: "regression", false);
	buf_puts(out, "\n");
}

int annotations_write(const struct report *report, const char *path)
{
	cleanup_buf struct buf out = BUF_INIT;
	struct matrix matrix;
	unsigned int count = 0;

	matrix_make(report->results, &matrix);
	for (size_t i = 0; i < matrix.count * matrix.kernels; i++)
		if (cell_news(&matrix.cells[i]) == NEWS_REGRESSION && count++ < ANNOTATIONS_MAX)
			add_annotation(&out, &matrix.cells[i]);
	matrix_free(&matrix);
	return file_write(path, out.data ?: "", out.len);
}
