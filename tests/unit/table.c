// SPDX-License-Identifier: GPL-2.0-only
/* The table of a run, and the reasons for skipped cases. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/text/text.h"
#include "tests/reports/made.h"

#include <greatest.h>
#include <string.h>

TEST the_table_counts_and_explains(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	add_case(&results, VERDICT_PASS);
	add_case(&results, VERDICT_FAIL, .reason = "saw 1");
	add_case(&results, VERDICT_SKIP, .reason = "needs x; edu has y");
	report = report_on(&results, 0, false);
	ASSERT(strstr(report, "1/2"));
	ASSERT(strstr(report, "1 pass   1 fail    1 skip"));
	ASSERT(strstr(report, "skip    1  needs x: edu"));
	ASSERT(strstr(report,
		      "again:   make lab-run KERNELS=base MACHINES=pci SCENARIOS=bind/x DUTS=edu"));
	PASS();
}

TEST each_mode_has_a_row(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	add_case(&results, VERDICT_PASS);
	add_case(&results, VERDICT_PASS, .mode = MODE_COMPAT);
	add_case(&results, VERDICT_FAIL, .mode = MODE_CDEV, .reason = "saw 1");
	add_case(&results, VERDICT_FAIL, .mode = MODE_CDEV, .dut = "igb", .reason = "saw 1");
	report = report_on(&results, 0, false);
	ASSERTm(report, strstr(report, "  base     type1           1"));
	ASSERTm(report, strstr(report, "  base     compat          1"));
	ASSERTm(report, strstr(report, "  base     cdev          0/2"));
	ASSERTm(report, strstr(report, "FAIL   base/pci  bind/x[edu,cdev igb,cdev]"));
	ASSERTm(report, strstr(report, "SCENARIOS=bind/x DUTS='edu igb' MODES=cdev\n"));
	PASS();
}

/* The Nth of 12 reasons has N cases. */
TEST only_frequent_reasons_are_listed(bool all)
{
	cleanup_results struct results results = {0};
	cleanup_free char *shown = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&shown, &size)};

	for (unsigned int i = 0; i < 12 * 13 / 2; i++) {
		cleanup_free char *reason = NULL;
		unsigned int n = 1;

		for (unsigned int end = 1; i >= end; end += n)
			n++;
		reason = text("needs %c", 'a' + n - 1);
		add_case(&results, VERDICT_SKIP, .dut = i % 2 ? "edu" : "igb", .reason = reason);
	}
	results_print_skips(&results, all, &page);
	fclose(page.out);
	ASSERT(strstr(shown, "skip   12  needs l: igb edu"));
	ASSERT(strstr(shown, "skip    3  needs c: edu igb"));
	ASSERT_EQ(all, !!strstr(shown, "skip    2  needs b: "));
	ASSERT_EQ(all, !strstr(shown, "skip    3  for 2 other reasons (vfiolab run -v lists all)"));
	ASSERT_EQ(all,
		  strstr(shown, "needs a") && strstr(shown, "needs a") < strstr(shown, "needs l"));
	PASS();
}

TEST cases_that_were_not_run_did_not_fail(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	add_case(&results, VERDICT_PASS);
	add_case(&results, VERDICT_MISS, .dut = "igb", .reason = "interrupted");
	add_case(&results, VERDICT_MISS, .dut = "nvme", .reason = "interrupted");
	report = report_on(&results, 0, false);
	ASSERTm(report, strstr(report, "         1? "));
	ASSERT(strstr(report, "1 pass   0 fail    0 skip   2 not run\n"));
	ASSERT(strstr(report, "MISS   base/pci  bind/x[igb] and 1 more cases did not run\n"
			      "      why:     interrupted\n"));
	PASS();
}

/* Lines break between words at the width of the terminal, except for commands to be copied. */
TEST nothing_is_wider_than_the_terminal(void)
{
	cleanup_results struct results results = {0};
	struct scenario_about *about = array_add(&results.scenarios);
	cleanup_free char *report = NULL;

	about->name = text("bind/x");
	about->promise = text("each of the vectors of the device reaches the eventfd that was "
			      "given for it, and no other");
	for (char c = 'a'; c < 'a' + 9; c++) {
		cleanup_free char *scenario = text("family%c/x", c);

		add_case(&results, VERDICT_PASS, .scenario = scenario);
	}
	add_case(&results, VERDICT_FAIL, .reason = "x");
	report = report_on(&results, 60, false);
	for (char *line = report, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		ASSERTm(line, strlen(line) <= 60 || strstr(line, "again:"));
	}
	PASS();
}

TEST colour_is_only_where_it_was_asked_for(bool colour)
{
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	add_case(&results, VERDICT_FAIL);
	report = report_on(&results, 80, colour);
	ASSERT_EQ(colour, strstr(report, "\033[1;31mFAIL \033[0m") != NULL);
	ASSERT_EQ(colour, strchr(report, '\033') != NULL);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(the_table_counts_and_explains);
	RUN_TEST(each_mode_has_a_row);
	RUN_TEST1(only_frequent_reasons_are_listed, true);
	RUN_TEST1(only_frequent_reasons_are_listed, false);
	RUN_TEST(cases_that_were_not_run_did_not_fail);
	RUN_TEST(nothing_is_wider_than_the_terminal);
	RUN_TEST1(colour_is_only_where_it_was_asked_for, true);
	RUN_TEST1(colour_is_only_where_it_was_asked_for, false);
	GREATEST_MAIN_END();
}
