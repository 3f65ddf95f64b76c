// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/compare.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

struct fixture {
	json_object *results;
	struct expectations expectations;
	json_object *comparison;
};

static void tear_down(struct fixture *fixture)
{
	json_object_put(fixture->results);
	json_object_put(fixture->comparison);
	expectations_free(&fixture->expectations);
}

#define FIXTURE __attribute__((cleanup(tear_down))) struct fixture f = {.results = results_new()};

static json_object *add(struct fixture *fixture, const char *kernel, const char *scenario,
			enum verdict verdict)
{
	json_object *record = record_new(kernel, "pci", 1, scenario, "edu");

	record_verdict(record, verdict, NULL);
	json_object_array_add(results_part(fixture->results, "cases"), record);
	return record;
}

/* A case on both kernels, with its verdicts. */
static void add_both(struct fixture *fixture, enum verdict a, enum verdict b)
{
	add(fixture, "base", "bind/x", a);
	add(fixture, "series", "bind/x", b);
}

static size_t count(struct fixture *fixture, const char *kind)
{
	if (!fixture->comparison)
		fixture->comparison =
			compare_kernels(fixture->results, "base", "series", &fixture->expectations);
	return json_object_array_length(json_object_object_get(fixture->comparison, kind));
}

static int expect(struct fixture *fixture, const char *list, struct buf *why)
{
	char path[] = "/tmp/expected.XXXXXX";
	cleanup_close int fd = mkstemp(path);
	int err = write_all(fd, list, strlen(list));

	err = err ?: expectations_read(path, &fixture->expectations, why);
	unlink(path);
	return err;
}

TEST a_lost_pass_is_a_regression(void)
{
	FIXTURE;
	add_both(&f, VERDICT_PASS, VERDICT_FAIL);
	ASSERT_EQ(1, count(&f, "regressions"));
	ASSERT(comparison_failed(f.comparison));
	PASS();
}

/* As where one tree is compared with another: what is known of the other is no news. */
TEST a_known_failure_is_listed(void)
{
	FIXTURE;
	add(&f, "base", "bind/x", VERDICT_PASS);
	record_set(add(&f, "series", "bind/x", VERDICT_FAIL), "xfail", "a bug");
	ASSERT_EQ(1, count(&f, "listed"));
	ASSERT_EQ(0, count(&f, "regressions"));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

/* As where a series is put on a tree of which it is known, wrongly: it is the series that fails. */
TEST what_the_first_is_known_for_and_does_not_do_is_no_excuse(void)
{
	FIXTURE;
	record_set(add(&f, "base", "bind/x", VERDICT_PASS), "xpass", "a bug");
	record_set(add(&f, "series", "bind/x", VERDICT_FAIL), "xfail", "a bug");
	ASSERT_EQ(1, count(&f, "regressions"));
	PASS();
}

TEST a_known_failure_that_is_gone_is_a_fix(void)
{
	FIXTURE;
	record_set(add(&f, "base", "bind/x", VERDICT_FAIL), "xfail", "a bug");
	record_set(add(&f, "series", "bind/x", VERDICT_PASS), "xpass", "a bug");
	ASSERT_EQ(1, count(&f, "fixed"));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

/* The lab failed, or the run ended before: neither says anything about the kernel. */
TEST what_was_not_judged_is_no_regression_and_no_fix(enum verdict verdict)
{
	FIXTURE;
	add_both(&f, VERDICT_PASS, verdict);
	add(&f, "base", "bind/y", verdict);
	add(&f, "series", "bind/y", VERDICT_PASS);
	ASSERT_EQ(0, count(&f, "regressions"));
	ASSERT_EQ(0, count(&f, "fixed"));
	ASSERT_EQ(2, count(&f, "unjudged"));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

TEST a_gained_pass_is_a_fix(void)
{
	FIXTURE;
	add_both(&f, VERDICT_FAIL, VERDICT_PASS);
	ASSERT_EQ(1, count(&f, "fixed"));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

/* What cannot run any more must be said: it might be what the series broke. */
TEST a_pass_that_became_a_skip_is_unlisted(void)
{
	FIXTURE;
	add_both(&f, VERDICT_PASS, VERDICT_SKIP);
	ASSERT_EQ(1, count(&f, "unlisted"));
	ASSERT(comparison_failed(f.comparison));
	PASS();
}

TEST a_new_pass_can_be_listed(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	FIXTURE;

	add_both(&f, VERDICT_SKIP, VERDICT_PASS);
	ASSERT_EQ(0, expect(&f, "bind/* verdict  # there are aliases now\n", &why));
	ASSERT_EQ(1, count(&f, "listed"));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

TEST facts_that_differ_are_found(void)
{
	FIXTURE;
	record_fact(add(&f, "base", "uapi/x", VERDICT_PASS), "flags", "0x7");
	record_fact(add(&f, "series", "uapi/x", VERDICT_PASS), "flags", "0x3");
	ASSERT_EQ(1, count(&f, "unlisted"));
	PASS();
}

TEST facts_that_appear_or_vanish_are_found(void)
{
	FIXTURE;
	record_fact(add(&f, "base", "uapi/x", VERDICT_PASS), "old", "1");
	record_fact(add(&f, "series", "uapi/x", VERDICT_PASS), "new", "1");
	ASSERT_EQ(2, count(&f, "unlisted"));
	PASS();
}

TEST a_listed_fact_is_fine_and_an_unseen_one_is_reported(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	FIXTURE;

	record_fact(add(&f, "base", "uapi/x", VERDICT_PASS), "flags", "0x7");
	record_fact(add(&f, "series", "uapi/x", VERDICT_PASS), "flags", "0x3");
	ASSERT_EQ(0, expect(&f, "# a comment\n\nuapi/* fl*  # meant\nuapi/* other  # meant too\n",
			    &why));
	ASSERT_EQ(1, count(&f, "listed"));
	ASSERT_EQ(0, count(&f, "unlisted"));
	ASSERT_EQ(1, count(&f, "unseen"));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

TEST brackets_are_part_of_a_name(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	FIXTURE;

	record_fact(add(&f, "base", "uapi/x", VERDICT_PASS), "module[vfio_pci].needs", "vfio");
	record_fact(add(&f, "series", "uapi/x", VERDICT_PASS), "module[vfio_pci].needs",
		    "vfio_pci_core");
	ASSERT_EQ(0, expect(&f, "module[vfio_pci].needs\t# the core\n", &why));
	ASSERT_EQ(1, count(&f, "listed"));
	PASS();
}

TEST a_bad_list_names_its_line(void)
{
	static const char *const bad[] = {"# ok\nuapi/x\n", "a b c # d\n", "a b\n",
					  "a b #\n",	    "a b # \n",	   " # no fact\n"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_buf struct buf why = BUF_INIT;
		FIXTURE;

		ASSERT_EQ_FMT(-EINVAL, expect(&f, bad[i], &why), "%d");
		ASSERT(strstr(why.data, i ? ":1:" : ":2:"));
	}
	PASS();
}

/* What comparison_print says of facts that differ between base and series. */
static char *printed(struct fixture *fixture)
{
	char *all = NULL;
	size_t len;
	struct page page = {.out = open_memstream(&all, &len)};

	count(fixture, "unlisted");
	comparison_print(fixture->comparison, &page);
	fclose(page.out);
	return all;
}

static void differ(struct fixture *fixture, const char *dut, const char *fact, const char *a,
		   const char *b)
{
	const char *const kernels[] = {"base", "series"};
	const char *const values[] = {a, b};

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		json_object *record = record_new(kernels[i], "pci", 1, "uapi/x", dut);

		record_verdict(record, VERDICT_PASS, NULL);
		if (values[i])
			record_fact(record, fact, values[i]);
		json_object_array_add(results_part(fixture->results, "cases"), record);
	}
}

TEST bits_that_differ_are_named(void)
{
	cleanup_free char *said = NULL;
	FIXTURE;

	differ(&f, "edu", "config[PM+0x04].writable", "0x00001f~0", "0x00000f~1");
	said = printed(&f);
	ASSERT(strstr(said, "UNLISTED  uapi/x  config[PM+0x04].writable\n"));
	ASSERT(strstr(said, "- base:   0x00001f~0\n"));
	ASSERT(strstr(said, "+ series: 0x00000f~1\n"));
	ASSERT(strstr(said, "lost:     0x1000, bit 12\n"));
	ASSERT(strstr(said, "gained:   0x1, bit 0\n"));
	PASS();
}

TEST what_is_no_number_has_no_bits(void)
{
	static const char *const values[][2] = {
		{"EINVAL", "ENOTTY"}, {"0x1", NULL}, {"0x", "0x1"}, {"0x1 x", "0x3"}};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		cleanup_free char *said = NULL;
		FIXTURE;

		differ(&f, "edu", "x", values[i][0], values[i][1]);
		said = printed(&f);
		ASSERT(strstr(said, "UNLISTED"));
		ASSERT_FALSE(strstr(said, "bit "));
	}
	PASS();
}

TEST the_same_difference_is_printed_once(void)
{
	cleanup_free char *said = NULL;
	const char *first;
	FIXTURE;

	differ(&f, "edu", "x", "1", "2");
	differ(&f, "igb", "x", "1", "3");
	differ(&f, "nvme", "x", "1", "2");
	said = printed(&f);
	first = strstr(said, "UNLISTED");
	ASSERT(strstr(first, "on:       pci/edu pci/nvme\n"));
	ASSERT(strstr(first, "SCENARIOS=uapi/x DUTS='edu nvme'\n"));
	ASSERT(strstr(first, "on:       pci/igb\n"));
	ASSERT(strstr(first, "3 unlisted"));
	first = strstr(first + 1, "UNLISTED");
	ASSERT(first && !strstr(first + 1, "UNLISTED"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_lost_pass_is_a_regression);
	RUN_TEST(a_known_failure_is_listed);
	RUN_TEST(what_the_first_is_known_for_and_does_not_do_is_no_excuse);
	RUN_TEST(a_known_failure_that_is_gone_is_a_fix);
	RUN_TEST1(what_was_not_judged_is_no_regression_and_no_fix, VERDICT_MISS);
	RUN_TEST1(what_was_not_judged_is_no_regression_and_no_fix, VERDICT_ERROR);
	RUN_TEST(a_gained_pass_is_a_fix);
	RUN_TEST(a_pass_that_became_a_skip_is_unlisted);
	RUN_TEST(a_new_pass_can_be_listed);
	RUN_TEST(facts_that_differ_are_found);
	RUN_TEST(facts_that_appear_or_vanish_are_found);
	RUN_TEST(a_listed_fact_is_fine_and_an_unseen_one_is_reported);
	RUN_TEST(brackets_are_part_of_a_name);
	RUN_TEST(a_bad_list_names_its_line);
	RUN_TEST(bits_that_differ_are_named);
	RUN_TEST(what_is_no_number_has_no_bits);
	RUN_TEST(the_same_difference_is_printed_once);
	GREATEST_MAIN_END();
}
