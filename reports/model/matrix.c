// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/matrix.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

static int by_case(const struct record *a, const struct record *b)
{
	int order = strcmp(a->scenario, b->scenario);

	order = order ?: strcmp(a->machine, b->machine);
	return order ?: strcmp(a->name, b->name);
}

/* The attempts at a case of the kernel with this number. */
struct entry {
	struct attempts attempts;
	size_t kernel;
};

static int by_case_and_kernel(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = by_case(a->attempts.worst, b->attempts.worst);

	return order ?: (a->kernel > b->kernel) - (a->kernel < b->kernel);
}

static size_t collect(const struct results *results, struct entry *entries)
{
	size_t count = 0;

	for (size_t k = 0; k < results->kernels.count; k++) {
		cleanup_free struct attempts *found = NULL;
		size_t cases = attempts_gather(results, results->kernels.items[k].name, &found);

		for (size_t i = 0; i < cases; i++)
			entries[count++] = (struct entry){.attempts = found[i], .kernel = k};
	}
	return count;
}

static void add_entry(struct matrix *matrix, const struct entry *entry)
{
	const struct record *record = entry->attempts.worst;
	struct row *row = matrix->count ? &matrix->rows[matrix->count - 1] : NULL;

	if (!row || by_case(row->record, record) != 0) {
		row = &matrix->rows[matrix->count];
		row->record = record;
		row->family_length = strcspn(record->scenario, "/");
		row->cells = &matrix->cells[matrix->count++ * matrix->kernels];
	}
	row->cells[entry->kernel].attempts = entry->attempts;
}

static size_t kernel_number(const struct results *results, const char *name)
{
	size_t k = 0;

	while (k < results->kernels.count && strcmp(results->kernels.items[k].name, name) != 0)
		k++;
	return k;
}

/* The part of NAME that rows are sorted by: the scenario, which a difference has no member for. */
static const char *scenario_of(const char *name, struct buf *scenario)
{
	buf_consume(scenario, scenario->len);
	buf_add(scenario, name, strcspn(name, "["));
	return scenario->data;
}

static int compare_rows(const void *wanted, const void *row)
{
	return by_case(wanted, ((const struct row *)row)->record);
}

struct row *matrix_row(const struct matrix *matrix, const char *name, const char *machine)
{
	cleanup_buf struct buf scenario = BUF_INIT;
	const struct record wanted = {.name = (char *)name,
				      .machine = (char *)machine,
				      .scenario = (char *)scenario_of(name, &scenario)};

	return matrix->count ? bsearch(&wanted, matrix->rows, matrix->count, sizeof(*matrix->rows),
				       compare_rows)
			     : NULL;
}

static void mark_regressions(const struct results *results, struct matrix *matrix)
{
	for (size_t c = 0; c < results->comparisons.count; c++) {
		const struct comparison *comparison = &results->comparisons.items[c];
		const struct differences *lost = &comparison->of[DIFFERENCE_REGRESSION];
		size_t kernel = kernel_number(results, comparison->b);

		for (size_t i = 0; i < lost->count && kernel < matrix->kernels; i++) {
			struct row *row =
				matrix_row(matrix, lost->items[i].name, lost->items[i].machine);

			if (row)
				row->cells[kernel].lost = comparison;
		}
	}
}

void matrix_make(const struct results *results, struct matrix *matrix)
{
	cleanup_free struct entry *entries = zalloc(results->cases.count, sizeof(*entries));
	size_t count = collect(results, entries);

	qsort(entries, count, sizeof(*entries), by_case_and_kernel);
	*matrix = (struct matrix){
		.kernels = results->kernels.count,
		.rows = zalloc(count, sizeof(*matrix->rows)),
		.cells = zalloc(count * results->kernels.count, sizeof(*matrix->cells)),
	};
	for (size_t i = 0; i < count; i++)
		add_entry(matrix, &entries[i]);
	mark_regressions(results, matrix);
}

void matrix_free(struct matrix *matrix)
{
	free(matrix->rows);
	free(matrix->cells);
	*matrix = (struct matrix){0};
}

static void count_cell(const struct cell *cell, struct tally *tally)
{
	const struct record *record = cell_record(cell);

	if (!record)
		return;
	if (record->xfail)
		tally->known++;
	else
		tally->of[record->result.verdict]++;
	tally->flaky += attempts_differ(&cell->attempts);
	tally->lost += cell->lost != NULL;
	tally->ms += record->result.ms;
}

struct tally matrix_tally(const struct matrix *matrix, size_t first, size_t rows, size_t kernel)
{
	struct tally tally = {0};

	for (size_t i = first; i < first + rows; i++)
		count_cell(&matrix->rows[i].cells[kernel], &tally);
	return tally;
}
