// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/attempts.h"

#include "lab/base/cleanup.h"
#include "reports/model/compare.h"
#include "reports/text/text.h"
#include "tests/reports/made.h"

#include <greatest.h>

/* An attempt at SCENARIO on KERNEL: its reason is its number. */
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

/* Kernels, machines and DUTs that begin alike are told apart, and keep the order of the results. */
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

/* A failure that is known is less of one than a failure that is not. */
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
	GREATEST_MAIN_END();
}
