// SPDX-License-Identifier: GPL-2.0-only
/* The blocks of a report: failures, regressions and leaks. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"
#include "reports/text/text.h"
#include "tests/reports/made.h"

#include <greatest.h>
#include <string.h>

/* Add the agent's report of a leak in two cases. */
static void add_leaks(struct results *results)
{
	const struct known none = {0};

	leaks_add(results, "base", "pci",
		  "3 14 inject/intx_enable_survives_faults[edu] kvasprintf+0x5/0x9 < "
		  "enable+0x1/0x2 [vfio_pci]",
		  &none);
	leaks_add(
		results, "base", "pci",
		"1 14 inject/intx_enable_survives_faults[nvme] kvasprintf+0x5/0x9 < enable+0x1/0x2 "
		"[vfio_pci]",
		&none);
	leaks_add(results, "base", "igd", "1 96 - boot+0x5/0x9", &none);
}

TEST a_leak_fails_the_run_and_no_case(void)
{
	cleanup_results struct results results = {.run = {.complete = true}};
	cleanup_free char *report = NULL;

	add_case(&results, VERDICT_PASS);
	add_leaks(&results);
	ASSERT_EQ(1, results_status(&results));
	report = report_on(&results, 0, false);
	ASSERT(strstr(report, "1 pass   0 fail    0 skip   3 leaks"));
	ASSERT(strstr(report, "LEAK  base/pci  14 bytes"));
	ASSERT_EQ(2, occurrences(report, "bytes leaked"));
	ASSERT(strstr(report, "at:     enable+0x1/0x2 [vfio_pci]\n"));
	ASSERT(strstr(report,
		      "during: inject/intx_enable_survives_faults[nvme] on pci, 1 times\n"));
	ASSERT(strstr(report, "during: no case on igd, 1 times\n"));
	ASSERT(strstr(report, "again:  make lab-run KERNELS=base MACHINES=pci "
			      "SCENARIOS=inject/intx_enable_survives_faults DUTS=edu\n"));
	ASSERT(strstr(report, "again:  make lab-run KERNELS=base MACHINES=igd\n"));
	PASS();
}

TEST failure_on_dump_names_the_dump(void)
{
	cleanup_results struct results results = {0};
	struct machine_about *about = array_add(&results.machines);
	cleanup_free char *report = NULL;

	about->name = text("pci");
	about->lspci = text("/tmp/card.txt@05:00.0");
	add_case(&results, VERDICT_FAIL, .reason = "saw 1");
	report = report_on(&results, 0, false);
	ASSERTm(report, strstr(report, "make lab-run KERNELS=base LSPCI=/tmp/card.txt@05:00.0 "
				       "SCENARIOS=bind/x DUTS=edu\n"));
	ASSERTm(report, strstr(report, "vfiolab repro --lspci '/tmp/card.txt@05:00.0' "
				       "'base/pci bind/x[edu]'\n"));
	PASS();
}

/* Bundles have no disk images. */
TEST failure_in_an_image_offers_no_bundle(void)
{
	cleanup_results struct results results = {0};
	struct machine_about *about = array_add(&results.machines);
	cleanup_free char *report = NULL;

	about->name = text("pci");
	about->image = text("cloud");
	add_case(&results, VERDICT_FAIL, .reason = "saw 1");
	report = report_on(&results, 0, false);
	ASSERTm(report, strstr(report, "again:   make lab-run "));
	ASSERTm(report, !strstr(report, "vfiolab repro"));
	PASS();
}

TEST a_failure_has_its_promise(void)
{
	cleanup_results struct results results = {0};
	struct scenario_about *about = array_add(&results.scenarios);
	cleanup_free char *report = NULL;

	about->name = text("bind/x");
	about->promise = text("unbind takes the device back");
	add_case(&results, VERDICT_FAIL, .reason = "saw 1")->result.where = text("x.c:9");
	report = report_on(&results, 0, false);
	ASSERTm(report, strstr(report, "FAIL   base/pci  bind/x[edu]\n"
				       "      promise: unbind takes the device back\n"
				       "      saw:     saw 1\n"
				       "      at:      x.c:9\n"
				       "      again:   make lab-run "));
	ASSERTm(report, strstr(report, "      bundle:  vfiolab repro 'base/pci bind/x[edu]'\n"));
	PASS();
}

/*
 * Failures that differ only in the DUT's address are one block; another value makes a second one.
 */
TEST equal_failures_are_one_block(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	add_case(&results, VERDICT_FAIL, .dut = "edu", .reason = "0000:01:00.0 has no driver");
	add_case(&results, VERDICT_FAIL, .dut = "igb", .reason = "0000:05:00.0 has no driver");
	add_case(&results, VERDICT_FAIL, .dut = "vf", .machine = "sriov",
		 .reason = "0000:06:10.1 has no driver");
	add_case(&results, VERDICT_FAIL, .dut = "nvme", .reason = "0000:07:00.0 has 2 drivers");
	add_case(&results, VERDICT_PASS, .dut = "edu", .kernel = "other");
	add_case(&results, VERDICT_PASS, .dut = "igb", .kernel = "other");
	add_case(&results, VERDICT_SKIP, .dut = "vf", .kernel = "other", .machine = "sriov");
	report = report_on(&results, 0, false);
	ASSERTm(report, strstr(report, "FAIL   base/pci    bind/x[edu igb]\n"
				       "FAIL   base/sriov  bind/x[vf]\n"
				       "      saw:     0000:01:00.0 has no driver\n"
				       "      other:   2 PASS, 1 SKIP\n"
				       "      again:   make lab-run KERNELS=base MACHINES='pci "
				       "sriov' SCENARIOS=bind/x "
				       "DUTS='edu igb vf'\n"));
	ASSERT(strstr(report, "FAIL   base/pci  bind/x[nvme]\n"));
	ASSERT_EQ(2, occurrences(report, "again:"));
	PASS();
}

/* The order does not depend on the order of the cases. */
TEST verdicts_of_another_kernel_have_an_order(void)
{
	static const enum verdict verdicts[] = {VERDICT_MISS, VERDICT_ERROR, VERDICT_SKIP,
						VERDICT_FAIL, VERDICT_PASS,  VERDICT_FAIL};
	static const char *const duts[] = {"a", "b", "c", "d", "e", "f"};
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(duts); i++) {
		add_case(&results, VERDICT_FAIL, .dut = duts[i], .reason = "saw 1");
		add_case(&results, verdicts[i], .dut = duts[i], .kernel = "other");
	}
	results.cases.items[7].xfail = text("a bug");
	report = report_on(&results, 0, false);
	ASSERTm(report,
		strstr(report,
		       "      other:   1 PASS, 1 FAIL, 1 XFAIL, 1 SKIP, 1 ERROR, 1 MISS\n"));
	PASS();
}

/* Two guests panic at different times; two DUTs are left over at different addresses. */
TEST equal_reports_are_one_block(void)
{
	static const char *const panics[] = {"[   11.96] Kernel panic - not syncing",
					     "[    4.1] Kernel panic - not syncing"};
	static const char *const left[] = {"0000:01:00.0 is left bound",
					   "0000:05:00.0 is left bound"};
	static const char *const duts[] = {"edu", "igb"};
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(duts); i++) {
		list_add(&add_case(&results, VERDICT_FAIL, .dut = duts[i], .reason = "panicked")
				  ->result.console,
			 panics[i]);
		list_add(&add_case(&results, VERDICT_FAIL, .dut = duts[i], .reason = "leftover")
				  ->result.leftovers,
			 left[i]);
	}
	report = report_on(&results, 0, false);
	ASSERT_EQ(2, occurrences(report, "bind/x[edu igb]\n"));
	ASSERT_EQ(2, occurrences(report, "again:"));
	ASSERT(strstr(report, "      left behind: 0000:01:00.0 is left bound\n"));
	PASS();
}

TEST a_long_report_is_cut(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;
	struct record *record = add_case(&results, VERDICT_FAIL);

	for (unsigned int i = 1; i <= 9; i++)
		list_addf(&record->result.kernel_log, "line %u", i);
	report = report_on(&results, 0, false);
	ASSERT(strstr(report, "      kernel:  line 6\n      kernel:  ... 3 more lines\n"));
	PASS();
}

/* Twelve of these were once 110 lines, followed by 12 regressions. */
TEST a_failure_that_is_a_regression_is_one_block(void)
{
	static const char *const duts[] = {"a", "b", "c", "d", "e", "f",
					   "g", "h", "i", "j", "k", "l"};
	struct expectations none = {0};
	cleanup_results struct results results = {0};
	cleanup_free char *report = NULL;
	cleanup_free char *compared = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&compared, &size)};

	for (size_t i = 0; i < ARRAY_SIZE(duts); i++) {
		add_case(&results, VERDICT_PASS, .dut = duts[i]);
		add_case(&results, VERDICT_FAIL, .dut = duts[i], .kernel = "base+msi-no-signal",
			 .reason = "saw 0");
	}
	comparison_print(&results, compare_kernels(&results, "base", "base+msi-no-signal", &none),
			 &page);
	fclose(page.out);
	report = report_on(&results, 0, false);
	ASSERTm(report,
		strstr(report,
		       "REGRESSION  base+msi-no-signal/pci  bind/x[a b c d e f g h i j k l]\n"
		       "      saw:     saw 0\n"
		       "      base:    PASS\n"
		       "      again:   make lab-run KERNELS='base base+msi-no-signal' "
		       "MACHINES=pci "));
	ASSERT_EQ(1, occurrences(report, "again:"));
	ASSERT_EQ(0, occurrences(compared, "again:"));
	ASSERTm(compared, strstr(compared, ": 12 regressions in 1 scenario, 0 fixed."));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_leak_fails_the_run_and_no_case);
	RUN_TEST(failure_on_dump_names_the_dump);
	RUN_TEST(failure_in_an_image_offers_no_bundle);
	RUN_TEST(a_failure_has_its_promise);
	RUN_TEST(equal_failures_are_one_block);
	RUN_TEST(verdicts_of_another_kernel_have_an_order);
	RUN_TEST(equal_reports_are_one_block);
	RUN_TEST(a_long_report_is_cut);
	RUN_TEST(a_failure_that_is_a_regression_is_one_block);
	GREATEST_MAIN_END();
}
