// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/leaks.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <string.h>

/* Maximum number of printed cases with the same leak. */
#define CASES_SHOWN 6

/* Width of the widest label, "during:", in columns. */
#define LABEL 7

static bool printed_before(const struct results *results, const struct leak *leak)
{
	for (const struct leak *other = results->leaks.items; other < leak; other++)
		if (leaks_same(other, leak))
			return true;
	return false;
}

static const char *case_of(const struct leak *leak)
{
	return leak->name ?: "";
}

/* Print the cases during which the memory was allocated, as far as they are known. */
static void print_cases(const struct results *results, const struct leak *leak,
			const struct page *page)
{
	size_t count = 0;

	for (size_t i = 0; i < results->leaks.count; i++) {
		const struct leak *other = &results->leaks.items[i];
		cleanup_free char *line = NULL;

		if (!leaks_same(leak, other) || count++ >= CASES_SHOWN)
			continue;
		line = text("%s on %s, %u times", *case_of(other) ? case_of(other) : "no case",
			    other->machine, other->times);
		page_line(page, LABEL, "during", line);
	}
	if (count > CASES_SHOWN)
		fprintf(page->out, "%*s... and %zu more\n", LABEL + 7, "", count - CASES_SHOWN);
}

static void print_again(const struct results *results, const struct leak *leak,
			const struct page *page)
{
	cleanup_free char *choice = results_choice(results, leak->kernel);
	cleanup_list struct list machines = {0};
	cleanup_free char *machine = NULL;
	const char *name = case_of(leak);
	cleanup_case_parts struct case_parts parts = {0};
	cleanup_free char *modes = NULL;

	case_split(name, &parts);
	modes = modes_choice(MODE_BIT(MODE_TYPE1), MODE_BIT(parts.mode));
	list_add(&machines, leak->machine);
	machine = results_machine_choice(results, &machines);
	page_label(page, LABEL, "again");
	fprintf(page->out, "make lab-run %s %s", choice, machine);
	if (*name)
		fprintf(page->out, " SCENARIOS=%s DUTS=%s%s", parts.scenario, parts.dut, modes);
	fputc('\n', page->out);
}

static void print_leak(const struct results *results, const struct leak *leak,
		       const struct page *page)
{
	fputc('\n', page->out);
	page_print(page, leak->known ? INK_NOTE : INK_BAD, leak->known ? "KNOWN LEAK" : "LEAK ");
	fprintf(page->out, " %s/%s  %u bytes leaked by the kernel\n", leak->kernel, leak->machine,
		leak->bytes);
	page_line(page, LABEL, "known", leak->known);
	for (size_t i = 0; i < leak->stack.count; i++)
		page_line(page, LABEL, "at", leak->stack.items[i]);
	print_cases(results, leak, page);
	print_again(results, leak, page);
}

void results_print_leaks(const struct results *results, const struct page *page)
{
	for (size_t i = 0; i < results->leaks.count; i++)
		if (!printed_before(results, &results->leaks.items[i]))
			print_leak(results, &results->leaks.items[i], page);
}
