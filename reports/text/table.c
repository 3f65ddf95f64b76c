// SPDX-License-Identifier: GPL-2.0-only
/* The table at the end of a run. */
#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/leaks.h"
#include "reports/model/results.h"

#include <string.h>

struct tally {
	unsigned int of[VERDICT_COUNT]; /* but for known failures */
	unsigned int xfail;
};

static void family_of(json_object *record, char *family, size_t size)
{
	const char *scenario = record_text(record, "scenario");

	snprintf(family, size, "%.*s", (int)strcspn(scenario, "/"), scenario);
}

/* What cases of KERNEL came to; of FAMILY alone, or of all where that is NULL. */
static struct tally count(json_object *cases, const char *kernel, const char *family)
{
	struct tally tally = {0};

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		char its[64];

		family_of(record, its, sizeof(its));
		if (strcmp(record_text(record, "kernel"), kernel) || (family && strcmp(its, family)))
			continue;
		if (*record_text(record, "xfail"))
			tally.xfail++;
		else
			tally.of[record_get_verdict(record)]++;
	}
	return tally;
}

/* "24" passed; "23/24" where not all that ran did; "-" where none ran. */
static void cell(const struct tally *tally, char *text, size_t size)
{
	unsigned int passed = tally->of[VERDICT_PASS];
	unsigned int ran =
		passed + tally->of[VERDICT_FAIL] + tally->of[VERDICT_ERROR] + tally->of[VERDICT_MISS];

	if (!ran)
		snprintf(text, size, "-");
	else if (ran == passed)
		snprintf(text, size, "%u", passed);
	else
		snprintf(text, size, "%u/%u", passed, ran);
}

/* So many columns fit beside the name of a kernel; and so many beside its totals, too. */
enum {
	COLUMNS = 8,
	COLUMNS_WITH_TOTALS = 5,
};

static void print_totals(json_object *results, const char *kernel, FILE *out)
{
	struct tally all = count(results_part(results, "cases"), kernel, NULL);
	unsigned int leaks = leaks_count(results, kernel);

	fprintf(out, "   %5u pass %3u fail %4u skip", all.of[VERDICT_PASS], all.of[VERDICT_FAIL],
		all.of[VERDICT_SKIP]);
	if (all.xfail)
		fprintf(out, " %3u xfail", all.xfail);
	if (all.of[VERDICT_ERROR] + all.of[VERDICT_MISS])
		fprintf(out, " %3u error %3u miss", all.of[VERDICT_ERROR], all.of[VERDICT_MISS]);
	if (leaks)
		fprintf(out, " %3u leak%s", leaks, leaks == 1 ? "" : "s");
}

struct columns {
	const struct list *families;
	size_t first, end;
	int width; /* of the kernels' names */
};

static void print_head(const struct columns *columns, FILE *out)
{
	fprintf(out, "\n  %-*s", columns->width, "");
	for (size_t f = columns->first; f < columns->end; f++)
		fprintf(out, " %10s", columns->families->items[f]);
	fputc('\n', out);
}

static void print_cells(json_object *cases, const char *kernel, const struct columns *columns, FILE *out)
{
	fprintf(out, "  %-*s", columns->width, kernel);
	for (size_t f = columns->first; f < columns->end; f++) {
		struct tally tally = count(cases, kernel, columns->families->items[f]);
		char shown[32];

		cell(&tally, shown, sizeof(shown));
		fprintf(out, " %10s", shown);
	}
}

/* Few families have a line a kernel; many have as many tables as it takes, and the totals come after them. */
static void print_tables(json_object *results, const struct list *kernels, const struct list *families,
			 int width, FILE *out)
{
	json_object *cases = results_part(results, "cases");
	bool few = families->count <= COLUMNS_WITH_TOTALS;
	struct columns columns = {.families = families, .width = width};

	for (; columns.first < families->count; columns.first = columns.end) {
		size_t left = families->count - columns.first;

		columns.end = columns.first + (left < COLUMNS ? left : COLUMNS);
		print_head(&columns, out);
		for (size_t k = 0; k < kernels->count; k++) {
			print_cells(cases, kernels->items[k], &columns, out);
			if (few)
				print_totals(results, kernels->items[k], out);
			fputc('\n', out);
		}
	}
	if (!few)
		fputc('\n', out);
	for (size_t k = 0; k < kernels->count && !few; k++) {
		fprintf(out, "  %-*s", width, kernels->items[k]);
		print_totals(results, kernels->items[k], out);
		fputc('\n', out);
	}
}

static void print_counts(json_object *results, FILE *out)
{
	json_object *cases = results_part(results, "cases");
	cleanup_list struct list families = {0};
	cleanup_list struct list kernels = {0};
	int width = 8;

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		char family[64];

		family_of(record, family, sizeof(family));
		list_add_once(&families, family);
		list_add_once(&kernels, record_text(record, "kernel"));
	}
	for (size_t k = 0; k < kernels.count; k++)
		if ((int)strlen(kernels.items[k]) > width)
			width = (int)strlen(kernels.items[k]);
	print_tables(results, &kernels, &families, width, out);
}

void results_print_table(json_object *results, FILE *out)
{
	print_counts(results, out);
	fputc('\n', out);
}
