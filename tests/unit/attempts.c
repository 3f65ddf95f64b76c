// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/attempts.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "reports/model/compare.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

#include <greatest.h>
#include <string.h>

static void drop(json_object **object)
{
	json_object_put(*object);
}
#define cleanup_object __attribute__((cleanup(drop)))

/* An attempt at SCENARIO on KERNEL: its reason is its number. */
static json_object *attempt(json_object *results, const char *kernel, const char *scenario,
			    int number, enum verdict verdict)
{
	json_object *record = record_new(kernel, "pci", 1, scenario, "edu");
	cleanup_free char *reason = text("attempt %d", number);

	json_object_object_add(record, "attempt", json_object_new_int(number));
	record_verdict(record, verdict, reason);
	json_object_array_add(results_part(results, "cases"), record);
	return record;
}

TEST the_first_of_the_worst_attempts_stands_for_the_case(void)
{
	cleanup_object json_object *results = results_new();
	cleanup_free struct attempts *found = NULL;

	attempt(results, "base", "irq/a", 2, VERDICT_PASS);
	attempt(results, "base", "irq/b", 1, VERDICT_SKIP);
	attempt(results, "base", "irq/a", 3, VERDICT_FAIL);
	attempt(results, "base", "irq/a", 1, VERDICT_ERROR);
	attempt(results, "series", "irq/a", 1, VERDICT_FAIL);
	attempt(results, "base", "irq/a", 4, VERDICT_FAIL);
	ASSERT_EQ(2, attempts_gather(results, "base", &found));
	ASSERT_EQ(4, found[0].count);
	ASSERT_EQ(2, found[0].of[VERDICT_FAIL]);
	ASSERT_STR_EQ("attempt 3", record_text(found[0].worst, "reason"));
	ASSERT(attempts_differ(&found[0]));
	ASSERT_EQ(1, found[1].count);
	ASSERT_FALSE(attempts_differ(&found[1]));
	PASS();
}

/* A failure that is known is less of one than a failure that is not. */
TEST an_unknown_failure_is_worse(void)
{
	cleanup_object json_object *results = results_new();
	cleanup_free struct attempts *found = NULL;

	record_set(attempt(results, "base", "irq/a", 1, VERDICT_FAIL), "xfail", "known");
	attempt(results, "base", "irq/a", 2, VERDICT_FAIL);
	ASSERT_EQ(1, attempts_gather(results, NULL, &found));
	ASSERT_STR_EQ("attempt 2", record_text(found[0].worst, "reason"));
	PASS();
}

static size_t regressions_of(enum verdict before, enum verdict after)
{
	struct expectations none = {0};
	cleanup_object json_object *results = results_new();
	cleanup_object json_object *comparison = NULL;

	attempt(results, "base", "irq/a", 1, VERDICT_PASS);
	attempt(results, "base", "irq/a", 2, before);
	attempt(results, "series", "irq/a", 1, VERDICT_PASS);
	attempt(results, "series", "irq/a", 2, after);
	comparison = compare_kernels(results, "base", "series", &none);
	return json_object_array_length(json_object_object_get(comparison, "regressions"));
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
	cleanup_object json_object *results = results_new();
	cleanup_free char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	const struct page page = {.out = out};

	for (int i = 1; i <= 20; i++)
		attempt(results, "base", "irq/a", i, i % 8 ? VERDICT_PASS : VERDICT_FAIL);
	attempt(results, "base", "irq/b", 1, VERDICT_FAIL);
	attempt(results, "base", "irq/b", 2, VERDICT_FAIL);
	attempt(results, "base", "irq/c", 1, VERDICT_PASS);
	attempt(results, "base", "irq/c", 2, VERDICT_ERROR);
	results_print_attempts(results, &page);
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
	RUN_TEST(an_unknown_failure_is_worse);
	RUN_TEST(a_case_regresses_once_if_any_attempt_fails_that_never_did);
	RUN_TEST(attempts_that_differ_are_one_line);
	GREATEST_MAIN_END();
}
