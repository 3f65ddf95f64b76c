// SPDX-License-Identifier: GPL-2.0-only
/* Elements that several pages share. */
#include "lab/base/cleanup.h"
#include "reports/html/site.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

static void lower(char *word)
{
	for (; *word; word++)
		*word = (char)tolower((unsigned char)*word);
}

void part_verdict(const struct sheet *sheet, const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	const char *verdict = record ? record_verdict_name(record) : "none";
	cleanup_free char *class = text("verdict %s", verdict);

	lower(class);
	markup_element(sheet->markup, "span", record ? verdict : "-", "class", class, NULL);
	if (cell->lost)
		markup_element(sheet->markup, "span", "regression", "class", "tag", NULL);
	if (record && attempts_differ(&cell->attempts)) {
		markup_open(sheet->markup, "span", "class", "tag", NULL);
		markup_textf(sheet->markup, "flaky: %u of %u passed",
			     cell->attempts.of[VERDICT_PASS], cell->attempts.count);
		markup_close(sheet->markup);
	}
}

void part_case(const struct sheet *sheet, const struct row *row, const struct cell *cell)
{
	const struct family *family = site_family(sheet->site, row);
	cleanup_free char *page = cell && cell->page ? failure_file(cell) : NULL;
	cleanup_free char *href = text("%s/%s", sheet->pages, page ?: family->file);

	markup_open(sheet->markup, "a", "href", href, NULL);
	markup_element(sheet->markup, "code", row->record->name, NULL);
	markup_close(sheet->markup);
}

struct mark_look {
	enum mark mark;
	const char *class;
	const char *what;
};

static const struct mark_look looks[] = {
	{MARK_PASSED, "pass", "passed"},
	{MARK_FAILED, "fail", "failed"},
	{MARK_KNOWN_FAILURE, "xfail", "known to fail"},
	{MARK_SKIPPED, "skip", "skipped"},
	{MARK_LAB_ERROR, "error", "lab error"},
	{MARK_NOT_RUN, "miss", "not run"},
	{MARK_DIFFER, "flaky", "flaky"},
	{MARK_ABSENT, "none", "absent"},
};

static const struct mark_look *look_of(char mark)
{
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (looks[i].mark == (enum mark)mark)
			return &looks[i];
	return &looks[ARRAY_SIZE(looks) - 1];
}

/* "28 passed, 2 failed": the text of a strip for screen readers. */
static char *describe_strip(const char *marks)
{
	cleanup_list struct list parts = {0};
	cleanup_free char *joined = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		unsigned int count = 0;

		for (const char *at = marks; *at; at++)
			count += look_of(*at) == &looks[i];
		if (count)
			list_addf(&parts, "%u %s", count, looks[i].what);
	}
	joined = list_join(&parts, ", ");
	return text("last %zu runs: %s", strlen(marks), joined);
}

void part_strip(const struct sheet *sheet, const struct record *record)
{
	const char *marks = past_marks(sheet->site->report->past, record->kernel, record->machine,
				       record->name);
	cleanup_free char *label = NULL;

	if (!marks || !*marks)
		return;
	if (strlen(marks) > PAST_RUNS_MAX)
		marks += strlen(marks) - PAST_RUNS_MAX;
	label = describe_strip(marks);
	markup_open(sheet->markup, "span", "class", "strip", "role", "img", "aria-label", label,
		    "title", label, NULL);
	while (*marks) {
		const struct mark_look *look = look_of(*marks);
		cleanup_free char *same = NULL;
		size_t len = 1;

		while (marks[len] && look_of(marks[len]) == look)
			len++;
		same = text("%.*s", (int)len, marks);
		markup_element(sheet->markup, "i", same, "class", look->class, NULL);
		marks += len;
	}
	markup_close(sheet->markup);
}

void part_command(const struct sheet *sheet, const char *command)
{
	markup_open(sheet->markup, "div", "class", "command", NULL);
	markup_element(sheet->markup, "pre", command, "tabindex", "0", NULL);
	markup_element(sheet->markup, "button", "Copy", "type", "button", "hidden", "hidden", NULL);
	markup_close(sheet->markup);
}

void part_lines(const struct sheet *sheet, const char *heading, const struct list *lines)
{
	if (!lines->count)
		return;
	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", heading, NULL);
	markup_open(sheet->markup, "pre", "tabindex", "0", "aria-label", heading, NULL);
	for (size_t i = 0; i < lines->count; i++) {
		markup_text(sheet->markup, lines->items[i]);
		markup_text(sheet->markup, "\n");
	}
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

void part_term(const struct sheet *sheet, const char *term, const char *value)
{
	if (!value || !*value)
		return;
	markup_element(sheet->markup, "dt", term, NULL);
	markup_element(sheet->markup, "dd", value, NULL);
}

bool part_file(const struct sheet *sheet, const char *path, const char *label)
{
	cleanup_free char *whole = text("%s/%s", sheet->site->report->folder, path);
	cleanup_free char *href = NULL;

	if (access(whole, R_OK))
		return false;
	href = markup_href(sheet->run, path);
	markup_element(sheet->markup, "a", label, "href", href, NULL);
	return true;
}

void part_table_of(const struct sheet *sheet, const char *label, const char *class,
		   const struct list *headings)
{
	markup_open(sheet->markup, "div", "class", "wide", "tabindex", "0", "role", "region",
		    "aria-label", label, NULL);
	markup_open(sheet->markup, "table", "class", class, NULL);
	markup_open(sheet->markup, "thead", NULL);
	markup_open(sheet->markup, "tr", NULL);
	for (size_t i = 0; i < headings->count; i++)
		markup_element(sheet->markup, "th", headings->items[i], "scope", "col", NULL);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
	markup_open(sheet->markup, "tbody", NULL);
}

void part_table(const struct sheet *sheet, const char *label, const char *class, ...)
{
	cleanup_list struct list headings = {0};
	const char *heading;
	va_list args;

	va_start(args, class);
	while ((heading = va_arg(args, const char *)))
		list_add(&headings, heading);
	va_end(args);
	part_table_of(sheet, label, class, &headings);
}

void part_table_end(const struct sheet *sheet)
{
	markup_close(sheet->markup);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

void part_cell(const struct sheet *sheet, const char *text, const char *class)
{
	markup_element(sheet->markup, "td", text, "class", class, NULL);
}

char *moment(const char *started)
{
	if (!started || strlen(started) < strlen("2026-01-02T03:04"))
		return text("?");
	return text("%.10s %.5s", started, started + strlen("2026-01-02T"));
}

char *duration(unsigned int ms)
{
	if (ms < 1000)
		return text("%u ms", ms);
	if (ms < 60000)
		return text("%.1f s", ms / 1000.0);
	return text("%u min %u s", ms / 60000, ms / 1000 % 60);
}
