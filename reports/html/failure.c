// SPDX-License-Identifier: GPL-2.0-only
/* A page for each failure, with everything that is known about it. */
#include "lab/base/cleanup.h"
#include "reports/evidence.h"
#include "reports/html/logs.h"
#include "reports/html/site.h"

#include <string.h>

/* Number of lines of a console on the page; a link leads to the file. */
#define CONSOLE_LINES 60
#define QEMU_LINES    40

struct failure {
	const struct site *site;
	const struct row *row;
	const struct cell *cell;
	const struct record *record;
	struct logs logs;
};

/* Write "expected A, got B" as two values, one above the other, which are easier to compare. */
static bool write_values(const struct sheet *sheet, const char *reason)
{
	static const char *const seen_words[] = {", got ", ", saw "};
	const char *expected = strstr(reason, "expected ");
	cleanup_free char *wanted = NULL;
	const char *seen = NULL;

	for (size_t i = 0; expected && !seen && i < ARRAY_SIZE(seen_words); i++)
		seen = strstr(expected, seen_words[i]);
	if (!seen)
		return false;
	expected += strlen("expected ");
	wanted = text("%.*s", (int)(seen - expected), expected);
	markup_open(sheet->markup, "dl", "class", "values", NULL);
	part_term(sheet, "Expected", wanted);
	part_term(sheet, "Seen", seen + strlen(seen_words[0]));
	markup_close(sheet->markup);
	return true;
}

static void write_reason(const struct sheet *sheet, const struct failure *failure)
{
	const struct record *record = failure->record;
	const char *reason = record->result.reason ?: "no reason was given";

	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", "What was seen", NULL);
	markup_element(sheet->markup, "p", reason, "class", "saw", NULL);
	write_values(sheet, reason);
	if (record->xfail) {
		markup_open(sheet->markup, "p", NULL);
		markup_textf(sheet->markup, "Known failure of %s: %s", record->kernel,
			     record->xfail);
		markup_close(sheet->markup);
	}
	markup_close(sheet->markup);
}

static void write_about(const struct sheet *sheet, const struct failure *failure)
{
	const struct record *record = failure->record;
	const struct results *results = failure->site->results;
	const struct kernel_about *kernel = results_kernel(results, record->kernel);
	const struct machine_about *machine = results_machine(results, record->machine);
	cleanup_free char *on = text("%s (%s)", record->kernel,
				     kernel && kernel->guest ? kernel->guest : "version unknown");
	cleanup_free char *in =
		text("%s: %s", record->machine, machine && machine->about ? machine->about : "");
	cleanup_free char *took = duration(record->result.ms);
	cleanup_free char *guest = text("%u, in lane %u", record->guest, record->lane);

	markup_element(sheet->markup, "h2", "About", NULL);
	markup_open(sheet->markup, "dl", "class", "about", NULL);
	part_term(sheet, "Kernel", on);
	part_term(sheet, "Machine", in);
	part_term(sheet, "DUT", record->dut);
	part_term(sheet, "Mode", mode_names[record->mode]);
	part_term(sheet, "At", record->result.where);
	part_term(sheet, "Took", took);
	part_term(sheet, "Guest", record->guest ? guest : NULL);
	markup_close(sheet->markup);
}

static void write_other(const struct sheet *sheet, const struct failure *failure, size_t k)
{
	const struct cell *cell = &failure->row->cells[k];
	const struct record *record = cell_record(cell);
	const char *kernel = failure->site->results->kernels.items[k].name;
	cleanup_free char *page = cell->page && cell != failure->cell ? failure_file(cell) : NULL;

	markup_open(sheet->markup, "tr", "class", cell == failure->cell ? "this" : NULL, NULL);
	markup_open(sheet->markup, "th", "scope", "row", NULL);
	if (page)
		markup_element(sheet->markup, "a", kernel, "href", page, NULL);
	else
		markup_text(sheet->markup, kernel);
	markup_close(sheet->markup);
	markup_open(sheet->markup, "td", NULL);
	part_verdict(sheet, cell);
	if (record)
		part_strip(sheet, record);
	markup_close(sheet->markup);
	part_cell(sheet, record ? record->result.reason : "not planned", "reason");
	markup_close(sheet->markup);
}

static void write_others(const struct sheet *sheet, const struct failure *failure)
{
	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", "On all kernels", NULL);
	part_table(sheet, "Verdicts on all kernels", NULL, "Kernel", "Verdict", "Reason", NULL);
	for (size_t k = 0; k < failure->site->matrix.kernels; k++)
		write_other(sheet, failure, k);
	part_table_end(sheet);
	markup_close(sheet->markup);
}

/* Write the attempts at the case on its kernel, in their order. */
static void write_attempts(const struct sheet *sheet, const struct failure *failure)
{
	const struct records *cases = &failure->site->results->cases;
	const struct record *record = failure->record;

	if (failure->cell->attempts.count < 2)
		return;
	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", "Attempts", NULL);
	part_table(sheet, "Attempts", NULL, "Attempt", "Verdict", "Reason", NULL);
	for (size_t i = 0; i < cases->count; i++) {
		const struct record *other = &cases->items[i];
		cleanup_free char *number = text("%u", other->attempt);

		if (!record_same_case(other, record) || strcmp(other->kernel, record->kernel) != 0)
			continue;
		markup_open(sheet->markup, "tr", NULL);
		part_cell(sheet, number, "number");
		part_cell(sheet, record_verdict_name(other), NULL);
		part_cell(sheet, other->result.reason, "reason");
		markup_close(sheet->markup);
	}
	part_table_end(sheet);
	markup_close(sheet->markup);
}

/* The record to compare facts with: of the first other kernel that passed, else of any other. */
static const struct record *other_record(const struct failure *failure)
{
	const struct record *other = NULL;

	for (size_t k = 0; k < failure->site->matrix.kernels; k++) {
		const struct cell *cell = &failure->row->cells[k];
		const struct record *record = cell_record(cell);

		if (!record || cell == failure->cell || !record->result.facts.count)
			continue;
		if (record->result.verdict == VERDICT_PASS)
			return record;
		other = other ?: record;
	}
	return other;
}

static void write_fact(const struct sheet *sheet, const char *name, const char *mine,
		       const char *others, bool differs)
{
	markup_open(sheet->markup, "tr", "class", differs ? "differs" : NULL, NULL);
	markup_open(sheet->markup, "th", "scope", "row", NULL);
	markup_element(sheet->markup, "code", name, NULL);
	if (differs)
		markup_element(sheet->markup, "small", "differs", NULL);
	markup_close(sheet->markup);
	part_cell(sheet, mine, "code");
	if (others)
		part_cell(sheet, others, "code");
	markup_close(sheet->markup);
}

/* Write the facts of MINE that differ from OTHERS, or those that do not. */
static void write_fact_rows(const struct sheet *sheet, const struct pairs *mine,
			    const struct pairs *others, bool differ)
{
	for (size_t i = 0; i < mine->count; i++) {
		const struct pair *fact = &mine->items[i];
		const char *other = others ? pairs_get(others, fact->name) ?: "(none)" : NULL;
		bool differs = other && strcmp(fact->value, other) != 0;

		if (differs == differ)
			write_fact(sheet, fact->name, fact->value, other, differs);
	}
	for (size_t i = 0; others && differ && i < others->count; i++)
		if (!pairs_get(mine, others->items[i].name))
			write_fact(sheet, others->items[i].name, "(none)", others->items[i].value,
				   true);
}

static void write_facts(const struct sheet *sheet, const struct failure *failure)
{
	const struct pairs *mine = &failure->record->result.facts;
	const struct record *other = other_record(failure);

	if (!mine->count && !other)
		return;
	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", "Facts", NULL);
	part_table(sheet, "Facts", NULL, "Fact", failure->record->kernel,
		   other ? other->kernel : NULL, NULL);
	write_fact_rows(sheet, mine, other ? &other->result.facts : NULL, true);
	write_fact_rows(sheet, mine, other ? &other->result.facts : NULL, false);
	part_table_end(sheet);
	markup_close(sheet->markup);
}

static void write_tail(const struct sheet *sheet, const char *heading, const char *path,
		       size_t lines)
{
	cleanup_list struct list tail = {0};

	if (!path)
		return;
	logs_tail(sheet->site->report->folder, path, lines, &tail);
	part_lines(sheet, heading, &tail);
}

static void write_file(const struct sheet *sheet, const char *path, const char *label)
{
	if (!path)
		return;
	markup_open(sheet->markup, "li", NULL);
	part_file(sheet, path, label);
	markup_close(sheet->markup);
}

static void write_logs(const struct sheet *sheet, const struct failure *failure)
{
	const struct result *result = &failure->record->result;
	const struct logs *logs = &failure->logs;

	part_lines(sheet, "Leftovers", &result->leftovers);
	part_lines(sheet, "Kernel log", &result->kernel_log);
	part_lines(sheet, "Console of the lost guest", &result->console);
	part_lines(sheet, "Attempts that do not count", &result->discarded);
	if (!result->console.count)
		write_tail(sheet, "End of the console", logs->console, CONSOLE_LINES);
	write_tail(sheet, "End of QEMU's log", logs->qemu, QEMU_LINES);
	if (!logs->console && !logs->qemu && !logs->stream && !logs->ktap && !logs->trace)
		return;
	markup_element(sheet->markup, "h2", "Files", NULL);
	markup_open(sheet->markup, "ul", "class", "inline", NULL);
	write_file(sheet, logs->console, "console");
	write_file(sheet, logs->qemu, "QEMU log");
	write_file(sheet, logs->stream, "the guest's KTAP");
	write_file(sheet, logs->ktap, "KTAP of the machine");
	write_file(sheet, logs->trace, "trace of the device models");
	markup_close(sheet->markup);
}

static void write_title(const struct sheet *sheet, const struct failure *failure)
{
	const struct family *family = site_family(failure->site, failure->row);

	markup_open(sheet->markup, "p", "class", "crumbs", NULL);
	markup_element(sheet->markup, "a", "Overview", "href", "../index.html", NULL);
	markup_text(sheet->markup, " / ");
	markup_element(sheet->markup, "a", family->name, "href", family->file, NULL);
	markup_close(sheet->markup);
	markup_open(sheet->markup, "h1", NULL);
	part_verdict(sheet, failure->cell);
	markup_text(sheet->markup, " ");
	markup_element(sheet->markup, "code", failure->record->name, NULL);
	markup_close(sheet->markup);
	markup_element(sheet->markup, "p",
		       results_promise(failure->site->results, failure->record->scenario), "class",
		       "promise", NULL);
}

int failure_write(const struct site *site, const struct row *row, const struct cell *cell)
{
	struct failure failure = {
		.site = site, .row = row, .cell = cell, .record = cell_record(cell)};
	struct sheet sheet = sheet_begin(site, false, failure.record->name, "");
	cleanup_free char *file = failure_file(cell);
	cleanup_free char *path = text("%s/%s", site->folder, file);
	cleanup_free char *command = cell_command(site->results, cell);
	cleanup_free char *repro = record_repro(site->results, failure.record);

	logs_find(site->report->folder, failure.record, &failure.logs);
	write_title(&sheet, &failure);
	write_reason(&sheet, &failure);
	markup_element(sheet.markup, "h2", "Run it again", NULL);
	part_command(&sheet, command);
	if (repro) {
		markup_element(sheet.markup, "h2", "Hand it on", NULL);
		part_command(&sheet, repro);
	}
	write_others(&sheet, &failure);
	write_attempts(&sheet, &failure);
	write_facts(&sheet, &failure);
	write_about(&sheet, &failure);
	write_logs(&sheet, &failure);
	logs_free(&failure.logs);
	return sheet_end(&sheet, path);
}
