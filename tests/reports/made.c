// SPDX-License-Identifier: GPL-2.0-only
#include "tests/reports/made.h"

#include "lab/base/alloc.h"
#include "reports/text/text.h"

#include <string.h>

struct record *made_case_add(struct results *results, const struct made_case *made)
{
	struct record *record = array_add(&results->cases);

	record->kernel = text("%s", made->kernel ?: "base");
	record->machine = text("%s", made->machine ?: "pci");
	record->scenario = text("%s", made->scenario ?: "bind/x");
	record->dut = text("%s", made->dut ?: "edu");
	record->mode = made->mode;
	record->name = case_name(record->scenario, record->dut, record->mode);
	record->number = (unsigned int)results->cases.count;
	record->result.verdict = made->verdict;
	record->result.reason = made->reason ? text("%s", made->reason) : NULL;
	return record;
}

char *report_on(const struct results *results, unsigned int width, bool colour)
{
	char *report = NULL;
	size_t size;
	struct page page = {
		.out = open_memstream(&report, &size), .width = width, .colour = colour};

	results_print_table(results, &page);
	results_print_skips(results, true, &page);
	results_print_known(results, &page);
	results_print_failures(results, &page);
	fclose(page.out);
	return report;
}

unsigned int occurrences(const char *text, const char *what)
{
	unsigned int count = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		count++;
	return count;
}
