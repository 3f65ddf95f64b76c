// SPDX-License-Identifier: GPL-2.0-only
/* A page of durations: of this run by family, case and guest, and of the last runs. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/html/chart.h"
#include "reports/html/site.h"

#include <string.h>

#define SLOWEST 20

static unsigned int failures_of(const struct results *results)
{
	unsigned int count = results_count(results, VERDICT_FAIL);

	for (size_t i = 0; i < results->cases.count; i++)
		count -= results->cases.items[i].xfail != NULL;
	return count;
}

enum curve { CURVE_SECONDS, CURVE_BOOT, CURVE_FAILURES, CURVES };

static const char *const curve_names[CURVES][2] = {
	[CURVE_SECONDS] = {"Duration of a run", "s"},
	[CURVE_BOOT] = {"Median boot of a guest", "ms"},
	[CURVE_FAILURES] = {"Failures that are not known", "cases"},
};

static double past_value(const struct past_run *run, enum curve curve)
{
	switch (curve) {
	case CURVE_SECONDS:
		return run->seconds;
	case CURVE_BOOT:
		return run->boot_ms;
	default:
		return run->of[VERDICT_FAIL] - run->known;
	}
}

static double value_now(const struct results *results, enum curve curve)
{
	switch (curve) {
	case CURVE_SECONDS:
		return results->run.seconds;
	case CURVE_BOOT:
		return results_boot_ms(results);
	default:
		return failures_of(results);
	}
}

/* Write the curves of the earlier runs and this one. */
static void write_past(const struct sheet *sheet)
{
	const struct past *past = sheet->site->report->past;
	size_t count = past ? past->runs.count : 0;
	cleanup_free struct point *points = zalloc(count + 1, sizeof(*points));
	cleanup_list struct list labels = {0};

	for (size_t i = 0; i <= count; i++) {
		cleanup_free char *label = moment(i < count ? past->runs.items[i].started
							    : sheet->site->results->run.started);

		list_add(&labels, label);
		points[i].label = labels.items[i];
	}
	for (enum curve curve = 0; curve < CURVES; curve++) {
		for (size_t i = 0; i < count; i++)
			points[i].value = past_value(&past->runs.items[i], curve);
		points[count].value = value_now(sheet->site->results, curve);
		chart_curve(sheet, curve_names[curve][0], curve_names[curve][1], points, count + 1);
	}
}

static unsigned int most_of(const struct site *site)
{
	unsigned int most = 0;

	for (size_t i = 0; i < site->families.count; i++)
		for (size_t k = 0; k < site->matrix.kernels; k++) {
			const struct family *family = &site->families.items[i];
			struct tally tally =
				matrix_tally(&site->matrix, family->first, family->count, k);

			most = tally.ms > most ? tally.ms : most;
		}
	return most;
}

static void write_time(const struct sheet *sheet, unsigned int ms, unsigned int most)
{
	cleanup_free char *took = duration(ms);

	markup_open(sheet->markup, "td", "class", "counts", NULL);
	chart_bar(sheet, ms, most);
	markup_text(sheet->markup, took);
	markup_close(sheet->markup);
}

static void write_families(const struct sheet *sheet)
{
	const struct site *site = sheet->site;
	unsigned int most = most_of(site);
	cleanup_list struct list headings = {0};

	list_add(&headings, "Family");
	for (size_t k = 0; k < site->matrix.kernels; k++)
		list_add(&headings, site->results->kernels.items[k].name);
	markup_element(sheet->markup, "h2", "Time in cases, by the guests' clocks", NULL);
	part_table_of(sheet, "Time in cases", "matrix", &headings);
	for (size_t i = 0; i < site->families.count; i++) {
		const struct family *family = &site->families.items[i];

		markup_open(sheet->markup, "tr", NULL);
		markup_element(sheet->markup, "th", family->name, "scope", "row", NULL);
		for (size_t k = 0; k < site->matrix.kernels; k++)
			write_time(sheet,
				   matrix_tally(&site->matrix, family->first, family->count, k).ms,
				   most);
		markup_close(sheet->markup);
	}
	part_table_end(sheet);
}

/* A cell and its row. */
struct slow {
	const struct row *row;
	const struct cell *cell;
	unsigned int ms;
};

static int by_time(const void *left, const void *right)
{
	const struct slow *a = left, *b = right;

	if (a->ms != b->ms)
		return a->ms < b->ms ? 1 : -1;
	return (a->cell > b->cell) - (a->cell < b->cell);
}

static void write_slow(const struct sheet *sheet, const struct slow *slow, unsigned int most)
{
	const struct record *record = cell_record(slow->cell);

	markup_open(sheet->markup, "tr", NULL);
	markup_open(sheet->markup, "th", "scope", "row", NULL);
	part_case(sheet, slow->row, slow->cell);
	markup_close(sheet->markup);
	part_cell(sheet, record->kernel, NULL);
	part_cell(sheet, record->machine, NULL);
	write_time(sheet, slow->ms, most);
	markup_close(sheet->markup);
}

static void write_slowest(const struct sheet *sheet)
{
	const struct matrix *matrix = &sheet->site->matrix;
	size_t cells = matrix->count * matrix->kernels, count = 0;
	cleanup_free struct slow *slow = zalloc(cells, sizeof(*slow));

	for (size_t i = 0; i < cells; i++)
		if (cell_record(&matrix->cells[i]))
			slow[count++] =
				(struct slow){&matrix->rows[i / matrix->kernels], &matrix->cells[i],
					      cell_record(&matrix->cells[i])->result.ms};
	qsort(slow, count, sizeof(*slow), by_time);
	markup_element(sheet->markup, "h2", "Slowest cases", NULL);
	part_table(sheet, "Slowest cases", NULL, "Case", "Kernel", "Machine", "Time", NULL);
	for (size_t i = 0; i < count && i < SLOWEST; i++)
		write_slow(sheet, &slow[i], slow[0].ms);
	part_table_end(sheet);
}

static void write_guest(const struct sheet *sheet, const struct guest_record *guest,
			unsigned int most)
{
	cleanup_free char *number = text("%u", guest->guest);

	markup_open(sheet->markup, "tr", NULL);
	part_cell(sheet, number, "number");
	part_cell(sheet, guest->kernel, NULL);
	part_cell(sheet, guest->machine, NULL);
	write_time(sheet, guest->boot_ms, most);
	part_cell(sheet, guest->end, NULL);
	markup_close(sheet->markup);
}

static void write_guests(const struct sheet *sheet)
{
	const struct results *results = sheet->site->results;
	unsigned int most = 0;

	for (size_t i = 0; i < results->guests.count; i++)
		if (results->guests.items[i].boot_ms > most)
			most = results->guests.items[i].boot_ms;
	markup_element(sheet->markup, "h2", "Boots", NULL);
	part_table(sheet, "Boots", NULL, "Guest", "Kernel", "Machine", "Boot", "End", NULL);
	for (size_t i = 0; i < results->guests.count; i++)
		write_guest(sheet, &results->guests.items[i], most);
	part_table_end(sheet);
}

int times_write(const struct site *site)
{
	struct sheet sheet = sheet_begin(site, false, "Times", "Times");
	cleanup_free char *path = text("%s/times.html", site->folder);

	markup_element(sheet.markup, "h1", "Times", NULL);
	write_past(&sheet);
	write_families(&sheet);
	write_slowest(&sheet);
	write_guests(&sheet);
	return sheet_end(&sheet, path);
}
