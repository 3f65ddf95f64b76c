// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/compare.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/text/text.h"
#include "tests/reports/made.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

struct fixture {
	struct results results;
	struct expectations expectations;
	struct comparison *comparison;
};

static void tear_down(struct fixture *fixture)
{
	results_free(&fixture->results);
	expectations_free(&fixture->expectations);
}

#define FIXTURE __attribute__((cleanup(tear_down))) struct fixture f = {0}

static struct record *add(struct fixture *fixture, const char *kernel, const char *scenario,
			  enum verdict verdict)
{
	return add_case(&fixture->results, verdict, .kernel = kernel, .scenario = scenario);
}

/* A case on both kernels, with its verdicts. */
static void add_both(struct fixture *fixture, enum verdict a, enum verdict b)
{
	add(fixture, "base", "bind/x", a);
	add(fixture, "series", "bind/x", b);
}

/* Add the case uapi/x, which passed on KERNEL with a fact. */
static void add_fact(struct fixture *fixture, const char *kernel, const char *name,
		     const char *value)
{
	pairs_set(&add(fixture, kernel, "uapi/x", VERDICT_PASS)->result.facts, name, value);
}

static struct comparison *compared(struct fixture *fixture)
{
	if (!fixture->comparison)
		fixture->comparison = compare_kernels(&fixture->results, "base", "series",
						      &fixture->expectations);
	return fixture->comparison;
}

static size_t count(struct fixture *fixture, enum difference_kind kind)
{
	return compared(fixture)->of[kind].count;
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

/* Returns the output of comparison_print() for base and series. */
static char *printed(struct fixture *fixture)
{
	char *all = NULL;
	size_t len;
	struct page page = {.out = open_memstream(&all, &len)};

	comparison_print(&fixture->results, compared(fixture), &page);
	fclose(page.out);
	return all;
}

TEST a_lost_pass_is_a_regression(void)
{
	FIXTURE;

	add_both(&f, VERDICT_PASS, VERDICT_FAIL);
	ASSERT_EQ(1, count(&f, DIFFERENCE_REGRESSION));
	ASSERT(comparison_failed(f.comparison));
	PASS();
}

/* As when two trees are compared: known failures of the other tree are no news. */
TEST a_known_failure_is_listed(void)
{
	FIXTURE;

	add(&f, "base", "bind/x", VERDICT_PASS);
	add(&f, "series", "bind/x", VERDICT_FAIL)->xfail = text("a bug");
	ASSERT_EQ(1, count(&f, DIFFERENCE_LISTED));
	ASSERT_EQ(0, count(&f, DIFFERENCE_REGRESSION));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

/* As when a series is applied to a tree with a wrongly listed failure: the series fails. */
TEST xpass_on_base_makes_failure_a_regression(void)
{
	FIXTURE;

	add(&f, "base", "bind/x", VERDICT_PASS)->xpass = text("a bug");
	add(&f, "series", "bind/x", VERDICT_FAIL)->xfail = text("a bug");
	ASSERT_EQ(1, count(&f, DIFFERENCE_REGRESSION));
	PASS();
}

TEST a_known_failure_that_is_gone_is_a_fix(void)
{
	FIXTURE;

	add(&f, "base", "bind/x", VERDICT_FAIL)->xfail = text("a bug");
	add(&f, "series", "bind/x", VERDICT_PASS)->xpass = text("a bug");
	ASSERT_EQ(1, count(&f, DIFFERENCE_FIXED));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

/* The lab failed, or the run ended early: neither is evidence about the kernel. */
TEST case_without_verdict_is_neither_regression_nor_fix(enum verdict verdict)
{
	FIXTURE;

	add_both(&f, VERDICT_PASS, verdict);
	add(&f, "base", "bind/y", verdict);
	add(&f, "series", "bind/y", VERDICT_PASS);
	ASSERT_EQ(0, count(&f, DIFFERENCE_REGRESSION));
	ASSERT_EQ(0, count(&f, DIFFERENCE_FIXED));
	ASSERT_EQ(2, count(&f, DIFFERENCE_UNJUDGED));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

TEST a_gained_pass_is_a_fix(void)
{
	FIXTURE;

	add_both(&f, VERDICT_FAIL, VERDICT_PASS);
	ASSERT_EQ(1, count(&f, DIFFERENCE_FIXED));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

/* A case that can no longer run must be reported: the series may have broken it. */
TEST a_pass_that_became_a_skip_is_unlisted(void)
{
	FIXTURE;

	add_both(&f, VERDICT_PASS, VERDICT_SKIP);
	ASSERT_EQ(1, count(&f, DIFFERENCE_UNLISTED));
	ASSERT(comparison_failed(f.comparison));
	PASS();
}

TEST a_new_pass_can_be_listed(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	FIXTURE;

	add_both(&f, VERDICT_SKIP, VERDICT_PASS);
	ASSERT_EQ(0, expect(&f, "bind/* verdict  # there are aliases now\n", &why));
	ASSERT_EQ(1, count(&f, DIFFERENCE_LISTED));
	ASSERT_FALSE(comparison_failed(f.comparison));
	PASS();
}

TEST facts_that_differ_are_found(void)
{
	FIXTURE;

	add_fact(&f, "base", "flags", "0x7");
	add_fact(&f, "series", "flags", "0x3");
	ASSERT_EQ(1, count(&f, DIFFERENCE_UNLISTED));
	PASS();
}

TEST facts_that_appear_or_vanish_are_found(void)
{
	FIXTURE;

	add_fact(&f, "base", "old", "1");
	add_fact(&f, "series", "new", "1");
	ASSERT_EQ(2, count(&f, DIFFERENCE_UNLISTED));
	PASS();
}

TEST facts_that_a_failure_cut_off_are_no_difference(void)
{
	FIXTURE;

	add_fact(&f, "base", "flags", "0x7");
	add_fact(&f, "series", "size", "1");
	f.results.cases.items[0].result.verdict = VERDICT_FAIL;
	ASSERT_EQ(1, count(&f, DIFFERENCE_UNLISTED));
	ASSERT_STR_EQ("flags", compared(&f)->of[DIFFERENCE_UNLISTED].items[0].fact);
	PASS();
}

TEST a_listed_fact_is_fine_and_an_unseen_one_is_reported(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *output = NULL;
	FIXTURE;

	add_fact(&f, "base", "flags", "0x7");
	add_fact(&f, "series", "flags", "0x3");
	ASSERT_EQ(0, expect(&f, "# a comment\n\nuapi/* fl*  # meant\nuapi/* other  # meant too\n",
			    &why));
	ASSERT_EQ(1, count(&f, DIFFERENCE_LISTED));
	ASSERT_EQ(0, count(&f, DIFFERENCE_UNLISTED));
	ASSERT_EQ(1, compared(&f)->unseen.count);
	ASSERT_FALSE(comparison_failed(f.comparison));
	ASSERT_STR_EQ("meant", f.comparison->of[DIFFERENCE_LISTED].items[0].reason);
	output = printed(&f);
	ASSERT(strstr(output, "UNSEEN  uapi/* other: listed, but did not occur (meant too)\n"));
	ASSERT(strstr(output, "no regression, 0 fixed. 1 listed differences occurred, 0 unlisted, "
			      "1 listed ones did not occur.\n"));
	PASS();
}

TEST the_unseen_can_be_forgotten(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *output = NULL;
	FIXTURE;

	add_both(&f, VERDICT_PASS, VERDICT_PASS);
	ASSERT_EQ(0, expect(&f, "uapi/* other  # meant\nfact  # meant too\n", &why));
	ASSERT_EQ(2, compared(&f)->unseen.count);
	comparison_forget_unseen(f.comparison);
	ASSERT_EQ(0, f.comparison->unseen.count);
	output = printed(&f);
	ASSERT_FALSE(strstr(output, "UNSEEN"));
	PASS();
}

TEST brackets_are_part_of_a_name(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	FIXTURE;

	add_fact(&f, "base", "module[vfio_pci].needs", "vfio");
	add_fact(&f, "series", "module[vfio_pci].needs", "vfio_pci_core");
	ASSERT_EQ(0, expect(&f, "module[vfio_pci].needs\t# the core\n", &why));
	ASSERT_EQ(1, count(&f, DIFFERENCE_LISTED));
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

static void differ(struct fixture *fixture, const char *dut, const char *fact, const char *a,
		   const char *b)
{
	const char *const kernels[] = {"base", "series"};
	const char *const values[] = {a, b};

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		struct record *record = add_case(&fixture->results, VERDICT_PASS, .dut = dut,
						 .kernel = kernels[i], .scenario = "uapi/x");

		if (values[i])
			pairs_set(&record->result.facts, fact, values[i]);
	}
}

TEST bits_that_differ_are_named(void)
{
	cleanup_free char *output = NULL;
	FIXTURE;

	differ(&f, "edu", "config[PM+0x04].writable", "0x00001f~0", "0x00000f~1");
	output = printed(&f);
	ASSERT(strstr(output, "UNLISTED  uapi/x  config[PM+0x04].writable\n"));
	ASSERT(strstr(output, "- base:   0x00001f~0\n"));
	ASSERT(strstr(output, "+ series: 0x00000f~1\n"));
	ASSERT(strstr(output, "lost:     0x1000, bit 12\n"));
	ASSERT(strstr(output, "gained:   0x1, bit 0\n"));
	PASS();
}

TEST bits_are_printed_only_for_numbers(void)
{
	static const char *const values[][2] = {
		{"EINVAL", "ENOTTY"}, {"0x1", NULL}, {"0x", "0x1"}, {"0x1 x", "0x3"}};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		cleanup_free char *output = NULL;
		FIXTURE;

		differ(&f, "edu", "x", values[i][0], values[i][1]);
		output = printed(&f);
		ASSERT(strstr(output, "UNLISTED"));
		ASSERT_FALSE(strstr(output, "bit "));
	}
	PASS();
}

TEST the_same_difference_is_printed_once(void)
{
	cleanup_free char *output = NULL;
	const char *first;
	FIXTURE;

	differ(&f, "edu", "x", "1", "2");
	differ(&f, "igb", "x", "1", "3");
	differ(&f, "nvme", "x", "1", "2");
	output = printed(&f);
	first = strstr(output, "UNLISTED");
	ASSERT(strstr(first, "on:       pci/edu pci/nvme\n"));
	ASSERT(strstr(first, "SCENARIOS=uapi/x DUTS='edu nvme'\n"));
	ASSERT(strstr(first, "on:       pci/igb\n"));
	ASSERT(strstr(first, "3 unlisted"));
	first = strstr(first + 1, "UNLISTED");
	ASSERT(first && !strstr(first + 1, "UNLISTED"));
	PASS();
}

TEST a_command_compares_the_same_kernels(void)
{
	static const struct {
		const char *a, *b, *make, *expected;
	} rows[] = {
		{"base", "series", "KERNELS=series", "KERNELS='base series'"},
		{"base", "base+my", "KERNELS=base SERIES=my", "SERIES=my"},
		{"base", "base+my", "LAB_EXTRA=x KERNELS=base SERIES=my", "LAB_EXTRA=x SERIES=my"},
		{"local", "local+my", "KDIR=l KERNELS=local SERIES=my", "KDIR=l SERIES=my"},
		{"series", "series+my", "KERNELS=series SERIES=my", "KERNELS=series SERIES=my"},
		{"base", "base+debug", "KERNELS=base+debug", "KERNELS='base base+debug'"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct comparison comparison = {.a = (char *)rows[i].a,
						      .b = (char *)rows[i].b,
						      .make = (char *)rows[i].make};
		cleanup_free char *choice = comparison_choice(&comparison);

		ASSERT_STR_EQ(rows[i].expected, choice);
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_lost_pass_is_a_regression);
	RUN_TEST(a_known_failure_is_listed);
	RUN_TEST(xpass_on_base_makes_failure_a_regression);
	RUN_TEST(a_known_failure_that_is_gone_is_a_fix);
	RUN_TEST1(case_without_verdict_is_neither_regression_nor_fix, VERDICT_MISS);
	RUN_TEST1(case_without_verdict_is_neither_regression_nor_fix, VERDICT_ERROR);
	RUN_TEST(a_gained_pass_is_a_fix);
	RUN_TEST(a_pass_that_became_a_skip_is_unlisted);
	RUN_TEST(a_new_pass_can_be_listed);
	RUN_TEST(facts_that_differ_are_found);
	RUN_TEST(facts_that_appear_or_vanish_are_found);
	RUN_TEST(facts_that_a_failure_cut_off_are_no_difference);
	RUN_TEST(a_listed_fact_is_fine_and_an_unseen_one_is_reported);
	RUN_TEST(the_unseen_can_be_forgotten);
	RUN_TEST(brackets_are_part_of_a_name);
	RUN_TEST(a_bad_list_names_its_line);
	RUN_TEST(bits_that_differ_are_named);
	RUN_TEST(bits_are_printed_only_for_numbers);
	RUN_TEST(the_same_difference_is_printed_once);
	RUN_TEST(a_command_compares_the_same_kernels);
	GREATEST_MAIN_END();
}
