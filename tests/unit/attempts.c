// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/attempts.h"

#include "lab/base/cleanup.h"
#include "reports/model/compare.h"
#include "reports/text/text.h"
#include "tests/reports/made.h"

#include <greatest.h>

/* Add an attempt at SCENARIO on KERNEL; its reason contains its number. */
static struct record *attempt(struct results *results, const char *kernel, const char *scenario,
			      unsigned int number, enum verdict verdict)
{
	cleanup_free char *reason = text("attempt %u", number);
	struct record *record = add_case(results, verdict, .kernel = kernel, .scenario = scenario,
					 .reason = reason);

	record->attempt = number;
	return record;
}

TEST the_first_of_the_worst_attempts_stands_for_the_case(void)
{
	cleanup_results struct results results = {0};
	cleanup_free struct attempts *found = NULL;

	attempt(&results, "base", "irq/a", 2, VERDICT_PASS);
	attempt(&results, "base", "irq/b", 1, VERDICT_SKIP);
	attempt(&results, "base", "irq/a", 3, VERDICT_FAIL);
	attempt(&results, "base", "irq/a", 1, VERDICT_ERROR);
	attempt(&results, "series", "irq/a", 1, VERDICT_FAIL);
	attempt(&results, "base", "irq/a", 4, VERDICT_FAIL);
	ASSERT_EQ(2, attempts_gather(&results, "base", &found));
	ASSERT_EQ(4, found[0].count);
	ASSERT_EQ(2, found[0].of[VERDICT_FAIL]);
	ASSERT_STR_EQ("attempt 3", found[0].worst->result.reason);
	ASSERT(attempts_differ(&found[0]));
	ASSERT_EQ(1, found[1].count);
	ASSERT_FALSE(attempts_differ(&found[1]));
	PASS();
}

/*
 * Kernels, machines and DUTs with a common prefix are distinguished, in the order of the results.
 */
TEST cases_stay_in_their_order(void)
{
	static const char *const words[] = {"b", "a", "bb", "ab"};
	cleanup_results struct results results = {0};
	cleanup_free struct attempts *found = NULL;
	const size_t count = ARRAY_SIZE(words) * ARRAY_SIZE(words);

	for (size_t i = 0; i < 2 * count; i++)
		add_case(&results, VERDICT_PASS, .kernel = words[i / 4 % 4],
			 .machine = words[i % 4]);
	ASSERT_EQ(count, attempts_gather(&results, NULL, &found));
	for (size_t i = 0; i < count; i++) {
		ASSERT_EQ(&results.cases.items[i], found[i].worst);
		ASSERT_EQ(2, found[i].count);
	}
	PASS();
}

TEST no_case_has_no_attempts(void)
{
	cleanup_results struct results results = {0};
	cleanup_free struct attempts *found = NULL;

	ASSERT_EQ(0, attempts_gather(&results, NULL, &found));
	PASS();
}

/* A known failure is less severe than an unknown one. */
TEST an_unknown_failure_is_worse(void)
{
	cleanup_results struct results results = {0};
	cleanup_free struct attempts *found = NULL;

	attempt(&results, "base", "irq/a", 1, VERDICT_FAIL)->xfail = text("known");
	attempt(&results, "base", "irq/a", 2, VERDICT_FAIL);
	ASSERT_EQ(1, attempts_gather(&results, NULL, &found));
	ASSERT_STR_EQ("attempt 2", found[0].worst->result.reason);
	PASS();
}

static size_t regressions_of(enum verdict before, enum verdict after)
{
	struct expectations none = {0};
	cleanup_results struct results results = {0};

	attempt(&results, "base", "irq/a", 1, VERDICT_PASS);
	attempt(&results, "base", "irq/a", 2, before);
	attempt(&results, "series", "irq/a", 1, VERDICT_PASS);
	attempt(&results, "series", "irq/a", 2, after);
	return compare_kernels(&results, "base", "series", &none)->of[DIFFERENCE_REGRESSION].count;
}

TEST a_case_regresses_once_if_any_attempt_fails_that_never_did(void)
{
	ASSERT_EQ(1, regressions_of(VERDICT_PASS, VERDICT_FAIL));
	ASSERT_EQ(0, regressions_of(VERDICT_FAIL, VERDICT_FAIL));
	ASSERT_EQ(0, regressions_of(VERDICT_PASS, VERDICT_PASS));
	PASS();
}

TEST attempts_that_differ_are_one_line(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	const struct page page = {.out = out};

	for (unsigned int i = 1; i <= 20; i++)
		attempt(&results, "base", "irq/a", i, i % 8 ? VERDICT_PASS : VERDICT_FAIL);
	attempt(&results, "base", "irq/b", 1, VERDICT_FAIL);
	attempt(&results, "base", "irq/b", 2, VERDICT_FAIL);
	attempt(&results, "base", "irq/c", 1, VERDICT_PASS);
	attempt(&results, "base", "irq/c", 2, VERDICT_ERROR);
	results_print_attempts(&results, &page);
	fclose(out);
	ASSERT_STR_EQ("FLAKY  base/pci  irq/a[edu]: 2 of 20 attempts failed\n"
		      "FLAKY  base/pci  irq/c[edu]: 0 of 2 attempts failed, 1 had an error\n",
		      printed);
	PASS();
}

/* A case that failed or had an error, and the verdict of its retry. */
static const struct {
	enum verdict first, retry;
	bool flaky;
	int status, strict; /* of the run, and with FLAKY=fail */
} retries[] = {
	{VERDICT_FAIL, VERDICT_PASS, true, 0, 1},    {VERDICT_ERROR, VERDICT_PASS, true, 0, 1},
	{VERDICT_FAIL, VERDICT_FAIL, false, 1, 1},   {VERDICT_FAIL, VERDICT_SKIP, false, 1, 1},
	{VERDICT_FAIL, VERDICT_ERROR, false, 1, 1},  {VERDICT_ERROR, VERDICT_FAIL, false, 1, 1},
	{VERDICT_ERROR, VERDICT_ERROR, false, 2, 2}, {VERDICT_ERROR, VERDICT_SKIP, true, 0, 1},
};

TEST a_retry_that_passes_makes_a_case_flaky(size_t i)
{
	cleanup_results struct results results = {0};

	results.run.complete = true;
	attempt(&results, "base", "irq/a", 1, retries[i].first);
	attempt(&results, "base", "irq/b", 1, VERDICT_PASS);
	attempt(&results, "base", "irq/a", 2, retries[i].retry);
	attempts_flag(&results);
	ASSERT_EQ(retries[i].flaky, results.cases.items[0].flaky != NULL);
	ASSERT_FALSE(results.cases.items[1].flaky);
	ASSERT_FALSE(results.cases.items[2].flaky);
	ASSERT_EQ(retries[i].flaky, attempts_flaky(&results, "base"));
	ASSERT_EQ(retries[i].status, results_status(&results));
	results.run.flaky = text(FLAKY_FAIL);
	ASSERT_EQ(retries[i].strict, results_status(&results));
	PASS();
}

TEST a_known_failure_is_not_flaky(void)
{
	cleanup_results struct results results = {0};

	attempt(&results, "base", "irq/a", 1, VERDICT_FAIL)->xfail = text("known");
	attempt(&results, "base", "irq/a", 2, VERDICT_PASS);
	attempts_flag(&results);
	ASSERT_EQ(0, attempts_flaky(&results, NULL));
	PASS();
}

/* On each kernel, the attempt that passed represents the case. */
TEST a_flaky_case_is_no_regression_and_not_fixed(void)
{
	struct expectations none = {0};
	cleanup_results struct results results = {0};
	const struct comparison *comparison;

	attempt(&results, "base", "irq/a", 1, VERDICT_PASS);
	attempt(&results, "series", "irq/a", 1, VERDICT_FAIL);
	attempt(&results, "base", "irq/b", 1, VERDICT_FAIL);
	attempt(&results, "series", "irq/b", 1, VERDICT_PASS);
	attempt(&results, "series", "irq/a", 2, VERDICT_PASS);
	attempt(&results, "base", "irq/b", 2, VERDICT_PASS);
	attempts_flag(&results);
	comparison = compare_kernels(&results, "base", "series", &none);
	ASSERT_EQ(0, comparison->of[DIFFERENCE_REGRESSION].count);
	ASSERT_EQ(0, comparison->of[DIFFERENCE_FIXED].count);
	PASS();
}

TEST a_flaky_case_is_a_warning_with_what_was_seen(void)
{
	cleanup_results struct results results = {0};
	cleanup_free char *printed = NULL, *report = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	const struct page page = {.out = out};

	attempt(&results, "base", "irq/a", 1, VERDICT_FAIL);
	attempt(&results, "base", "irq/a", 2, VERDICT_PASS);
	attempts_flag(&results);
	results_print_attempts(&results, &page);
	fclose(out);
	ASSERT_STR_EQ(
		"FLAKY  base/pci  irq/a[edu]: 1 of 2 attempts failed\n"
		"      attempt 1: FAIL: attempt 1\n"
		"warning: 1 case did not fail when retried: FLAKY=fail makes that a failure\n",
		printed);
	report = report_on(&results, 0, false);
	ASSERT_EQ(0, occurrences(report, "FAIL "));
	ASSERT_EQ(1, occurrences(report, "1 flaky"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(the_first_of_the_worst_attempts_stands_for_the_case);
	RUN_TEST(cases_stay_in_their_order);
	RUN_TEST(no_case_has_no_attempts);
	RUN_TEST(an_unknown_failure_is_worse);
	RUN_TEST(a_case_regresses_once_if_any_attempt_fails_that_never_did);
	RUN_TEST(attempts_that_differ_are_one_line);
	for (size_t i = 0; i < ARRAY_SIZE(retries); i++)
		RUN_TESTp(a_retry_that_passes_makes_a_case_flaky, i);
	RUN_TEST(a_known_failure_is_not_flaky);
	RUN_TEST(a_flaky_case_is_no_regression_and_not_fixed);
	RUN_TEST(a_flaky_case_is_a_warning_with_what_was_seen);
	GREATEST_MAIN_END();
}
