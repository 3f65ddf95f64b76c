// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/leaks.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

#include <string.h>

/* So many cases are named of those that have the same leak. */
#define CASES_SHOWN 6

/* Columns of the widest label, "during:". */
#define LABEL 7

static void add_stack(json_object *leak, const char *stack)
{
	cleanup_free char *frames = strdup(stack);
	char *rest = frames, *frame;

	while ((frame = rest) && *frame) {
		rest = strstr(frame, " < ");
		if (rest) {
			*rest = '\0';
			rest += 3;
		}
		record_line(leak, "stack", frame);
	}
}

void leaks_add(json_object *results, const char *kernel, const char *machine, const char *said,
	       const struct known *known)
{
	json_object *leak = json_object_new_object();
	unsigned int times = 0, bytes = 0;
	char name[256] = "";
	const char *reason;
	int stack = 0;

	sscanf(said, "%u %u %255s %n", &times, &bytes, name, &stack);
	record_set(leak, "kernel", kernel);
	record_set(leak, "machine", machine);
	json_object_object_add(leak, "times", json_object_new_int((int)times));
	json_object_object_add(leak, "bytes", json_object_new_int((int)bytes));
	if (strcmp(name, "-"))
		record_set(leak, "case", name);
	add_stack(leak, said + stack);
	reason = known_trace(known, kernel, name, json_object_object_get(leak, "stack"));
	if (reason)
		record_set(leak, "known", reason);
	json_object_array_add(results_part(results, "leaks"), leak);
}

unsigned int leaks_count(json_object *results, const char *kernel)
{
	json_object *leaks = results_part(results, "leaks");
	unsigned int count = 0;

	for (size_t i = 0; i < json_object_array_length(leaks); i++) {
		json_object *leak = json_object_array_get_idx(leaks, i);

		if (!*record_text(leak, "known") &&
		    (!kernel || !strcmp(kernel, record_text(leak, "kernel"))))
			count++;
	}
	return count;
}

static bool same(json_object *a, json_object *b)
{
	return !strcmp(record_text(a, "kernel"), record_text(b, "kernel")) &&
	       json_object_equal(json_object_object_get(a, "stack"),
				 json_object_object_get(b, "stack"));
}

static bool printed_before(json_object *leaks, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same(json_object_array_get_idx(leaks, i), json_object_array_get_idx(leaks, at)))
			return true;
	return false;
}

/* The cases that made it, as far as is known. */
static void print_cases(json_object *leaks, json_object *leak, const struct page *page)
{
	size_t count = 0;

	for (size_t i = 0; i < json_object_array_length(leaks); i++) {
		json_object *other = json_object_array_get_idx(leaks, i);
		cleanup_free char *line = NULL;

		if (!same(leak, other) || count++ >= CASES_SHOWN)
			continue;
		line = text("%s on %s, %d times",
			    *record_text(other, "case") ? record_text(other, "case") : "no case",
			    record_text(other, "machine"), record_number(other, "times"));
		page_line(page, LABEL, "during", line);
	}
	if (count > CASES_SHOWN)
		fprintf(page->out, "%*s... and %zu more\n", LABEL + 7, "", count - CASES_SHOWN);
}

/* The case is "SCENARIO[DUT]". */
static void print_again(json_object *results, json_object *leak, const struct page *page)
{
	cleanup_free char *choice = results_choice(results, record_text(leak, "kernel"));
	const char *name = record_text(leak, "case");
	int scenario = (int)strcspn(name, "[");
	const char *dut = name + scenario + (name[scenario] == '[');

	page_label(page, LABEL, "again");
	fprintf(page->out, "make lab-run %s MACHINES=%s", choice, record_text(leak, "machine"));
	if (*name)
		fprintf(page->out, " SCENARIOS=%.*s DUTS=%.*s", scenario, name,
			(int)strcspn(dut, "]"), dut);
	fputc('\n', page->out);
}

static void print_leak(json_object *results, json_object *leak, const struct page *page)
{
	json_object *stack = json_object_object_get(leak, "stack");
	const char *known = record_text(leak, "known");

	fputc('\n', page->out);
	page_print(page, *known ? INK_NOTE : INK_BAD, *known ? "KNOWN LEAK" : "LEAK ");
	fprintf(page->out, " %s/%s  %d bytes leaked by the kernel\n", record_text(leak, "kernel"),
		record_text(leak, "machine"), record_number(leak, "bytes"));
	page_line(page, LABEL, "known", known);
	for (size_t i = 0; stack && i < json_object_array_length(stack); i++)
		page_line(page, LABEL, "at",
			  json_object_get_string(json_object_array_get_idx(stack, i)));
	print_cases(results_part(results, "leaks"), leak, page);
	print_again(results, leak, page);
}

void leaks_print(json_object *results, const struct page *page)
{
	json_object *leaks = results_part(results, "leaks");

	for (size_t i = 0; i < json_object_array_length(leaks); i++)
		if (!printed_before(leaks, i))
			print_leak(results, json_object_array_get_idx(leaks, i), page);
}
