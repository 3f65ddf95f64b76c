// SPDX-License-Identifier: GPL-2.0-only
/* What went wrong, case by case. */
#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/leaks.h"
#include "reports/model/results.h"

#include <string.h>

/* So much of a kernel report is shown; the rest is in results.json and the console. */
#define LOG_LINES 6

static void print_lines(json_object *record, const char *key, const char *title, FILE *out)
{
	json_object *lines = json_object_object_get(record, key);
	size_t count = lines ? json_object_array_length(lines) : 0;

	for (size_t i = 0; i < count && i < LOG_LINES; i++)
		fprintf(out, "      %s: %s\n", title,
			json_object_get_string(json_object_array_get_idx(lines, i)));
	if (count > LOG_LINES)
		fprintf(out, "      %s: ... %zu more lines\n", title, count - LOG_LINES);
}

/* What other kernels of the run made of the same case. */
static void print_others(json_object *cases, json_object *record, FILE *out)
{
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *other = json_object_array_get_idx(cases, i);

		if (other != record && !strcmp(record_text(other, "case"), record_text(record, "case")) &&
		    !strcmp(record_text(other, "machine"), record_text(record, "machine")))
			fprintf(out, "      %s: %s\n", record_text(other, "kernel"),
				record_verdict_name(other));
	}
}

static void print_failure(json_object *results, json_object *record, FILE *out)
{
	const char *kernel = record_text(record, "kernel");
	cleanup_free char *choice = results_choice(results, kernel);

	fprintf(out, "\n%-5s %s/%s  %s\n", verdict_name(record_get_verdict(record)), kernel,
		record_text(record, "machine"), record_text(record, "case"));
	fprintf(out, "      %s%s%s\n", record_text(record, "reason"),
		*record_text(record, "where") ? "   " : "", record_text(record, "where"));
	print_lines(record, "mess", "left behind", out);
	print_lines(record, "kernel_log", "kernel", out);
	print_lines(record, "console", "console", out);
	print_others(results_part(results, "cases"), record, out);
	fprintf(out, "      again: make lab-run %s MACHINES=%s SCENARIOS=%s DUTS=%s\n", choice,
		record_text(record, "machine"), record_text(record, "scenario"), record_text(record, "dut"));
}

static bool same_miss(json_object *a, json_object *b)
{
	return record_get_verdict(a) == VERDICT_MISS && record_get_verdict(b) == VERDICT_MISS &&
	       !strcmp(record_text(a, "reason"), record_text(b, "reason"));
}

/* A lost guest misses many cases for one reason: the first of them stands for all. */
void results_print_failures(json_object *results, FILE *out)
{
	json_object *cases = results_part(results, "cases");
	json_object *last = NULL;
	unsigned int alike = 0;

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		enum verdict verdict = record_get_verdict(record);

		if (verdict == VERDICT_PASS || verdict == VERDICT_SKIP || *record_text(record, "xfail"))
			continue;
		if (last && same_miss(last, record)) {
			alike++;
			continue;
		}
		if (alike)
			fprintf(out, "      and %u more cases for the same reason\n", alike);
		alike = 0;
		print_failure(results, record, out);
		last = record;
	}
	if (alike)
		fprintf(out, "      and %u more cases for the same reason\n", alike);
	leaks_print(results, out);
}
