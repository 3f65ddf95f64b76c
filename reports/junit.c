// SPDX-License-Identifier: GPL-2.0-only
/*
 * junit.xml, as Jenkins and GitLab read it: a suite for each kernel and machine, which contains its
 * cases. Both show only the first of several cases with the same class and name, so the class
 * contains the kernel and the machine. JUnit has no XFAIL: a known failure is reported as skipped,
 * with its reason.
 */
#include "lab/base/cleanup.h"
#include "reports/evidence.h"
#include "reports/markup.h"
#include "reports/report.h"

#include <string.h>

/*
 * GitLab reads files of up to 30 MB. These limit the text of one failure, and of all failures
 * together.
 */
#define FAILURE_MAX  8192
#define FAILURES_MAX (20 << 20)

struct junit {
	const struct report *report;
	const struct matrix *matrix;
	struct markup *markup;
	size_t room; /* left for the texts of failures, in bytes */
};

/* Failures and errors as the elements of a suite count them. */
struct counts {
	unsigned int tests, failures, errors, skipped, ms;
};

enum junit_verdict { JUNIT_PASSED, JUNIT_SKIPPED, JUNIT_FAILED, JUNIT_ERROR };

/*
 * With REPEAT= each attempt must pass. Otherwise a further attempt is a retry, and one that passes
 * makes the case flaky, not failed.
 */
static bool is_flaky(const struct junit *junit, const struct cell *cell)
{
	return junit->report->results->run.repeat < 2 && cell->attempts.of[VERDICT_PASS] &&
	       attempts_differ(&cell->attempts);
}

static enum junit_verdict verdict_of(const struct junit *junit, const struct cell *cell)
{
	const struct record *record = cell_record(cell);

	if (record->xfail && !cell->lost)
		return JUNIT_SKIPPED;
	switch (record->result.verdict) {
	case VERDICT_PASS:
		return JUNIT_PASSED;
	case VERDICT_SKIP:
		return JUNIT_SKIPPED;
	case VERDICT_FAIL:
		return is_flaky(junit, cell) ? JUNIT_PASSED : JUNIT_FAILED;
	default:
		return is_flaky(junit, cell) ? JUNIT_PASSED : JUNIT_ERROR;
	}
}

static void count(const struct junit *junit, const struct cell *cell, struct counts *counts)
{
	enum junit_verdict verdict = verdict_of(junit, cell);

	counts->tests++;
	counts->failures += verdict == JUNIT_FAILED;
	counts->errors += verdict == JUNIT_ERROR;
	counts->skipped += verdict == JUNIT_SKIPPED;
	counts->ms += cell_record(cell)->result.ms;
}

/* The text of a failure, cut to the room that is left. */
static char *body_of(struct junit *junit, const struct record *record)
{
	char *body = record_evidence(record, FAILURE_MAX);
	size_t len = strlen(body);

	if (len > junit->room)
		body[0] = '\0';
	else
		junit->room -= len;
	return body;
}

static void write_failure(struct junit *junit, const char *element, const struct record *record)
{
	cleanup_free char *body = body_of(junit, record);

	markup_element(junit->markup, element, body, "message", record->result.reason, "type",
		       verdict_names[record->result.verdict], NULL);
}

/* All attempts that did not pass, except for the one that represents the case. */
static void write_attempts(struct junit *junit, const struct cell *cell, const char *element)
{
	const struct records *cases = &junit->report->results->cases;
	const struct record *worst = cell_record(cell);

	if (cell->attempts.count < 2)
		return;
	for (size_t i = 0; i < cases->count; i++) {
		const struct record *record = &cases->items[i];
		enum verdict verdict = record->result.verdict;

		if (!record_same_case(record, worst) || strcmp(record->kernel, worst->kernel) != 0)
			continue;
		if (verdict == VERDICT_PASS || verdict == VERDICT_SKIP)
			continue;
		if (record != worst || !strcmp(element, "flakyFailure"))
			write_failure(junit, element, record);
	}
}

static void write_skipped(struct junit *junit, const struct record *record)
{
	cleanup_free char *known = record->xfail ? text("known failure: %s", record->xfail) : NULL;

	markup_empty(junit->markup, "skipped", "message", known ?: record->result.reason, NULL);
}

static void write_case(struct junit *junit, const struct row *row, const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	size_t family = row->family_length;
	const char *name = record->name + family + (record->name[family] == '/');
	cleanup_free char *class =
		text("%s.%s.%.*s", record->kernel, record->machine, (int)family, record->scenario);
	cleanup_free char *time = text("%.3f", record->result.ms / 1000.0);
	enum junit_verdict verdict = verdict_of(junit, cell);

	markup_open(junit->markup, "testcase", "classname", class, "name", name, "time", time,
		    NULL);
	if (verdict == JUNIT_SKIPPED)
		write_skipped(junit, record);
	else if (verdict == JUNIT_FAILED)
		write_failure(junit, "failure", record);
	else if (verdict == JUNIT_ERROR)
		write_failure(junit, "error", record);
	if (verdict == JUNIT_FAILED || verdict == JUNIT_ERROR)
		write_attempts(junit, cell, "rerunFailure");
	else if (attempts_differ(&cell->attempts))
		write_attempts(junit, cell, "flakyFailure");
	markup_close(junit->markup);
}

static void write_property(struct markup *markup, const char *name, const char *value)
{
	if (value)
		markup_empty(markup, "property", "name", name, "value", value, NULL);
}

static void write_properties(const struct junit *junit, size_t kernel)
{
	const struct results *results = junit->report->results;
	const struct kernel_about *about = &results->kernels.items[kernel];

	markup_open(junit->markup, "properties", NULL);
	write_property(junit->markup, "kernel", about->guest);
	write_property(junit->markup, "make", about->make);
	write_property(junit->markup, "lab", results->run.lab);
	write_property(junit->markup, "accel", results->run.accel);
	markup_close(junit->markup);
}

static void open_suite(const struct junit *junit, const char *name, const struct counts *counts)
{
	const struct results *results = junit->report->results;
	cleanup_free char *tests = text("%u", counts->tests);
	cleanup_free char *failures = text("%u", counts->failures);
	cleanup_free char *errors = text("%u", counts->errors);
	cleanup_free char *skipped = text("%u", counts->skipped);
	cleanup_free char *time = text("%.3f", counts->ms / 1000.0);
	cleanup_free char *started =
		text("%.*s", 19, results->run.started ?: "1970-01-01T00:00:00");

	markup_open(junit->markup, "testsuite", "name", name, "tests", tests, "failures", failures,
		    "errors", errors, "skipped", skipped, "time", time, "timestamp", started, NULL);
}

/* Write the rows of one machine on one kernel. Writes nothing if there are none. */
static void write_suite(struct junit *junit, size_t kernel, const char *machine)
{
	const struct matrix *matrix = junit->matrix;
	const char *kernel_name = junit->report->results->kernels.items[kernel].name;
	cleanup_free char *name = text("%s.%s", kernel_name, machine);
	struct counts counts = {0};

	for (size_t i = 0; i < matrix->count; i++)
		if (!strcmp(matrix->rows[i].record->machine, machine) &&
		    cell_record(&matrix->rows[i].cells[kernel]))
			count(junit, &matrix->rows[i].cells[kernel], &counts);
	if (!counts.tests)
		return;
	open_suite(junit, name, &counts);
	write_properties(junit, kernel);
	for (size_t i = 0; i < matrix->count; i++)
		if (!strcmp(matrix->rows[i].record->machine, machine) &&
		    cell_record(&matrix->rows[i].cells[kernel]))
			write_case(junit, &matrix->rows[i], &matrix->rows[i].cells[kernel]);
	markup_close(junit->markup);
}

static void open_suites(const struct junit *junit)
{
	const struct matrix *matrix = junit->matrix;
	cleanup_free char *tests = NULL, *failures = NULL, *errors = NULL;
	struct counts counts = {0};

	for (size_t i = 0; i < matrix->count * matrix->kernels; i++)
		if (cell_record(&matrix->cells[i]))
			count(junit, &matrix->cells[i], &counts);
	tests = text("%u", counts.tests);
	failures = text("%u", counts.failures);
	errors = text("%u", counts.errors);
	markup_open(junit->markup, "testsuites", "name", "vfiolab", "tests", tests, "failures",
		    failures, "errors", errors, NULL);
}

int junit_write(const struct report *report, const char *path)
{
	const struct results *results = report->results;
	struct matrix matrix;
	struct junit junit = {.report = report, .matrix = &matrix, .room = FAILURES_MAX};

	matrix_make(results, &matrix);
	junit.markup = markup_new(MARKUP_XML);
	open_suites(&junit);
	for (size_t k = 0; k < results->kernels.count; k++)
		for (size_t m = 0; m < results->machines.count; m++)
			write_suite(&junit, k, results->machines.items[m].name);
	markup_close(junit.markup);
	matrix_free(&matrix);
	return markup_write(junit.markup, path);
}
