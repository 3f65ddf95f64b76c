// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/results.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"
#include "reports/text/page.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/stat.h>

static json_object *results_of(bool complete, const enum verdict *verdicts, size_t count)
{
	json_object *results = results_new();

	json_object_object_add(results_part(results, "run"), "complete",
			       json_object_new_boolean(complete));
	for (size_t i = 0; i < count; i++) {
		json_object *record =
			record_new("base", "pci", (unsigned int)i + 1, "bind/x", "edu");

		record_verdict(record, verdicts[i], "needs x; edu has y");
		json_object_array_add(results_part(results, "cases"), record);
	}
	return results;
}

struct outcome {
	bool complete;
	size_t count;
	enum verdict verdicts[3];
	int status;
};

static const struct outcome outcomes[] = {
	{true, 2, {VERDICT_PASS, VERDICT_SKIP}, 0},  {true, 2, {VERDICT_PASS, VERDICT_FAIL}, 1},
	{true, 2, {VERDICT_FAIL, VERDICT_ERROR}, 1}, {true, 2, {VERDICT_PASS, VERDICT_ERROR}, 2},
	{true, 2, {VERDICT_PASS, VERDICT_MISS}, 2},  {true, 2, {VERDICT_SKIP, VERDICT_SKIP}, 4},
	{false, 2, {VERDICT_PASS, VERDICT_PASS}, 2},
};

TEST the_exit_status_follows_the_verdicts(const struct outcome *outcome)
{
	json_object *results = results_of(outcome->complete, outcome->verdicts, outcome->count);
	int status = results_status(results);

	json_object_put(results);
	ASSERT_EQ_FMT(outcome->status, status, "%d");
	PASS();
}

TEST a_case_without_a_verdict_is_a_miss(void)
{
	json_object *record = record_new("base", "pci", 1, "bind/x", "edu");
	enum verdict verdict = record_get_verdict(record);

	json_object_put(record);
	ASSERT_EQ(VERDICT_MISS, verdict);
	PASS();
}

TEST the_first_reason_stays(void)
{
	json_object *record = record_new("base", "pci", 1, "bind/x", "edu");
	cleanup_free char *reason = NULL;

	record_verdict(record, VERDICT_FAIL, "seen");
	record_verdict(record, VERDICT_FAIL, "later");
	reason = strdup(record_text(record, "reason"));
	json_object_put(record);
	ASSERT_STR_EQ("seen", reason);
	PASS();
}

TEST results_survive_a_file(void)
{
	enum verdict verdicts[] = {VERDICT_PASS, VERDICT_FAIL};
	json_object *results = results_of(true, verdicts, 2);
	json_object *again = NULL;
	char folder[] = "/tmp/results.XXXXXX";

	ASSERT(mkdtemp(folder));
	ASSERT_EQ(0, results_write(results, folder));
	ASSERT_EQ(0, results_read(folder, &again));
	ASSERT(json_object_equal(results, again));
	json_object_put(again);
	json_object_object_add(results, "schema", json_object_new_int(RESULTS_SCHEMA + 1));
	ASSERT_EQ(0, results_write(results, folder));
	ASSERT_EQ(-EINVAL, results_read(folder, &again));
	ASSERT_EQ(-ENOENT, results_read("/tmp/no such folder", &again));
	json_object_put(results);
	PASS();
}

static char *shown_on(json_object *results, unsigned int width, bool colour)
{
	char *shown = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&shown, &size), .width = width, .colour = colour};

	results_print_table(results, &page);
	results_print_skips(results, true, &page);
	results_print_failures(results, &page);
	fclose(page.out);
	return shown;
}

static char *shown_of(json_object *results)
{
	return shown_on(results, 0, false);
}

TEST the_table_counts_and_explains(void)
{
	enum verdict verdicts[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP};
	json_object *results = results_of(true, verdicts, 3);
	cleanup_free char *shown = shown_of(results);

	json_object_put(results);
	ASSERT(strstr(shown, "1/2"));
	ASSERT(strstr(shown, "1 pass   1 fail    1 skip"));
	ASSERT(strstr(shown, "skip    1  needs x: edu"));
	ASSERT(strstr(shown,
		      "again:   make lab-run KERNELS=base MACHINES=pci SCENARIOS=bind/x DUTS=edu"));
	PASS();
}

/* The Nth of 12 reasons is one of N cases. */
TEST of_many_reasons_the_frequent_are_said(bool all)
{
	json_object *results = results_new();
	char *shown = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&shown, &size)};

	for (unsigned int i = 0; i < 12 * 13 / 2; i++) {
		json_object *record =
			record_new("base", "pci", i + 1, "bind/x", i % 2 ? "edu" : "igb");
		cleanup_free char *reason = NULL;
		unsigned int n = 1;

		for (unsigned int end = 1; i >= end; end += n)
			n++;
		reason = text("needs %c", 'a' + n - 1);
		record_verdict(record, VERDICT_SKIP, reason);
		json_object_array_add(results_part(results, "cases"), record);
	}
	results_print_skips(results, all, &page);
	fclose(page.out);
	json_object_put(results);
	ASSERT(strstr(shown, "skip   12  needs l: igb edu"));
	ASSERT(strstr(shown, "skip    3  needs c: edu igb"));
	ASSERT_EQ(all, !!strstr(shown, "skip    2  needs b: "));
	ASSERT_EQ(all, !strstr(shown, "skip    3  for 2 other reasons (vfiolab run -v lists all)"));
	ASSERT_EQ(all,
		  strstr(shown, "needs a") && strstr(shown, "needs a") < strstr(shown, "needs l"));
	free(shown);
	PASS();
}

/* What the agent says of a leak that two cases made. */
static void add_leaks(json_object *results)
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
	enum verdict verdicts[] = {VERDICT_PASS};
	json_object *results = results_of(true, verdicts, 1);
	cleanup_free char *shown = NULL;
	int status;

	add_leaks(results);
	status = results_status(results);
	shown = shown_of(results);
	json_object_put(results);
	ASSERT_EQ(1, status);
	ASSERT(strstr(shown, "1 pass   0 fail    0 skip   3 leaks"));
	ASSERT(strstr(shown, "LEAK  base/pci  14 bytes"));
	ASSERT(strstr(shown, "at:     enable+0x1/0x2 [vfio_pci]\n"));
	ASSERT(strstr(shown, "during: inject/intx_enable_survives_faults[nvme] on pci, 1 times\n"));
	ASSERT(strstr(shown, "again:  make lab-run KERNELS=base MACHINES=pci "
			     "SCENARIOS=inject/intx_enable_survives_faults DUTS=edu\n"));
	ASSERT(strstr(shown, "again:  make lab-run KERNELS=base MACHINES=igd\n"));
	PASS();
}

static json_object *add(json_object *results, const char *kernel, const char *machine,
			const char *dut, enum verdict verdict, const char *reason)
{
	json_object *record = record_new(kernel, machine, 1, "bind/x", dut);

	record_verdict(record, verdict, reason);
	json_object_array_add(results_part(results, "cases"), record);
	return record;
}

static void promise(json_object *results, const char *sentence)
{
	json_object *scenario = json_object_new_object();

	record_set(scenario, "promise", sentence);
	json_object_object_add(results_part(results, "scenarios"), "bind/x", scenario);
}

static unsigned int occurrences(const char *text, const char *what)
{
	unsigned int count = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		count++;
	return count;
}

TEST a_failure_has_its_promise(void)
{
	json_object *results = results_new();
	cleanup_free char *shown = NULL;

	promise(results, "unbind takes the device back");
	record_set(add(results, "base", "pci", "edu", VERDICT_FAIL, "saw 1"), "where", "x.c:9");
	shown = shown_of(results);
	json_object_put(results);
	ASSERTm(shown, strstr(shown, "FAIL   base/pci  bind/x[edu]\n"
				     "      promise: unbind takes the device back\n"
				     "      saw:     saw 1\n"
				     "      at:      x.c:9\n"
				     "      again:   make lab-run "));
	PASS();
}

/* The address of a DUT makes no failure of its own; another value does. */
TEST equal_failures_are_one_block(void)
{
	json_object *results = results_new();
	cleanup_free char *shown = NULL;

	add(results, "base", "pci", "edu", VERDICT_FAIL, "0000:01:00.0 has no driver");
	add(results, "base", "pci", "igb", VERDICT_FAIL, "0000:05:00.0 has no driver");
	add(results, "base", "sriov", "vf", VERDICT_FAIL, "0000:06:10.1 has no driver");
	add(results, "base", "pci", "nvme", VERDICT_FAIL, "0000:07:00.0 has 2 drivers");
	add(results, "other", "pci", "edu", VERDICT_PASS, NULL);
	add(results, "other", "pci", "igb", VERDICT_PASS, NULL);
	add(results, "other", "sriov", "vf", VERDICT_SKIP, NULL);
	shown = shown_of(results);
	json_object_put(results);
	ASSERTm(shown, strstr(shown, "FAIL   base/pci    bind/x[edu igb]\n"
				     "FAIL   base/sriov  bind/x[vf]\n"
				     "      saw:     0000:01:00.0 has no driver\n"
				     "      other:   2 PASS, 1 SKIP\n"
				     "      again:   make lab-run KERNELS=base MACHINES='pci "
				     "sriov' SCENARIOS=bind/x "
				     "DUTS='edu igb vf'\n"));
	ASSERT(strstr(shown, "FAIL   base/pci  bind/x[nvme]\n"));
	ASSERT_EQ(2, occurrences(shown, "again:"));
	PASS();
}

/*
 * Two guests that panic do so at different times; two DUTs are left behind at different addresses.
 */
TEST equal_reports_are_one_block(void)
{
	static const char *const panics[] = {"[   11.96] Kernel panic - not syncing",
					     "[    4.1] Kernel panic - not syncing"};
	static const char *const left[] = {"0000:01:00.0 is left bound",
					   "0000:05:00.0 is left bound"};
	static const char *const duts[] = {"edu", "igb"};
	json_object *results = results_new();
	cleanup_free char *shown = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(duts); i++) {
		record_line(add(results, "base", "pci", duts[i], VERDICT_FAIL, "panicked"),
			    "console", panics[i]);
		record_line(add(results, "base", "pci", duts[i], VERDICT_FAIL, "mess"), "mess",
			    left[i]);
	}
	shown = shown_of(results);
	json_object_put(results);
	ASSERT_EQ(2, occurrences(shown, "bind/x[edu igb]\n"));
	ASSERT_EQ(2, occurrences(shown, "again:"));
	PASS();
}

/* Twelve of them were 110 lines, and then 12 regressions were counted. */
TEST a_failure_that_is_a_regression_is_one_block(void)
{
	static const char *const duts[] = {"a", "b", "c", "d", "e", "f",
					   "g", "h", "i", "j", "k", "l"};
	struct expectations none = {0};
	json_object *results = results_new();
	json_object *comparison;
	cleanup_free char *shown = NULL;
	cleanup_free char *compared = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&compared, &size)};

	for (size_t i = 0; i < ARRAY_SIZE(duts); i++) {
		add(results, "base", "pci", duts[i], VERDICT_PASS, NULL);
		add(results, "base+msi-no-signal", "pci", duts[i], VERDICT_FAIL, "saw 0");
	}
	comparison = compare_kernels(results, "base", "base+msi-no-signal", &none);
	json_object_array_add(results_part(results, "comparisons"), comparison);
	shown = shown_of(results);
	comparison_print(comparison, &page);
	fclose(page.out);
	json_object_put(results);
	ASSERTm(shown,
		strstr(shown,
		       "REGRESSION  base+msi-no-signal/pci  bind/x[a b c d e f g h i j k l]\n"
		       "      saw:     saw 0\n"
		       "      base:    PASS\n"
		       "      again:   make lab-run KERNELS='base base+msi-no-signal' "
		       "MACHINES=pci "));
	ASSERT_EQ(1, occurrences(shown, "again:"));
	ASSERT_EQ(0, occurrences(compared, "again:"));
	ASSERTm(compared, strstr(compared, ": 12 regressions in 1 scenario, 0 fixed."));
	PASS();
}

TEST cases_that_were_not_run_did_not_fail(void)
{
	json_object *results = results_new();
	cleanup_free char *shown = NULL;

	add(results, "base", "pci", "edu", VERDICT_PASS, NULL);
	add(results, "base", "pci", "igb", VERDICT_MISS, "interrupted");
	add(results, "base", "pci", "nvme", VERDICT_MISS, "interrupted");
	shown = shown_of(results);
	json_object_put(results);
	ASSERTm(shown, strstr(shown, "         1? "));
	ASSERT(strstr(shown, "1 pass   0 fail    0 skip   2 not run\n"));
	ASSERT(strstr(shown, "MISS   base/pci  bind/x[igb] and 1 more cases did not run\n"
			     "      why:     interrupted\n"));
	PASS();
}

/* Lines of a terminal break at words, except for a command that is to be copied. */
TEST nothing_is_wider_than_the_terminal(void)
{
	json_object *results = results_new();
	cleanup_free char *shown = NULL;
	char family[32];

	for (char c = 'a'; c < 'a' + 9; c++) {
		json_object *record;

		snprintf(family, sizeof(family), "family%c/x", c);
		record = record_new("base", "pci", 1, family, "edu");
		record_verdict(record, VERDICT_PASS, NULL);
		json_object_array_add(results_part(results, "cases"), record);
	}
	promise(results, "each of the vectors of the device reaches the eventfd that was given for "
			 "it, and no other");
	add(results, "base", "pci", "edu", VERDICT_FAIL, "x");
	shown = shown_on(results, 60, false);
	json_object_put(results);
	for (char *line = shown, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		ASSERTm(line, strlen(line) <= 60 || strstr(line, "again:"));
	}
	PASS();
}

TEST colour_is_only_where_it_was_asked_for(bool colour)
{
	enum verdict verdicts[] = {VERDICT_FAIL};
	json_object *results = results_of(true, verdicts, 1);
	cleanup_free char *shown = shown_on(results, 80, colour);

	json_object_put(results);
	ASSERT_EQ(colour, strstr(shown, "\033[1;31mFAIL \033[0m") != NULL);
	ASSERT_EQ(colour, strchr(shown, '\033') != NULL);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		RUN_TEST1(the_exit_status_follows_the_verdicts, &outcomes[i]);
	RUN_TEST(a_case_without_a_verdict_is_a_miss);
	RUN_TEST(the_first_reason_stays);
	RUN_TEST(results_survive_a_file);
	RUN_TEST(the_table_counts_and_explains);
	RUN_TEST1(of_many_reasons_the_frequent_are_said, true);
	RUN_TEST1(of_many_reasons_the_frequent_are_said, false);
	RUN_TEST(a_leak_fails_the_run_and_no_case);
	RUN_TEST(a_failure_has_its_promise);
	RUN_TEST(equal_failures_are_one_block);
	RUN_TEST(equal_reports_are_one_block);
	RUN_TEST(a_failure_that_is_a_regression_is_one_block);
	RUN_TEST(cases_that_were_not_run_did_not_fail);
	RUN_TEST(nothing_is_wider_than_the_terminal);
	RUN_TEST1(colour_is_only_where_it_was_asked_for, true);
	RUN_TEST1(colour_is_only_where_it_was_asked_for, false);
	GREATEST_MAIN_END();
}
