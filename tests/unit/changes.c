// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/changes.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/text/text.h"

#include <greatest.h>
#include <string.h>

struct fixture {
	struct results a, b;
	struct changes changes;
	struct expectations expectations;
};

static void tear_down(struct fixture *fixture)
{
	changes_free(&fixture->changes);
	results_free(&fixture->a);
	results_free(&fixture->b);
	expectations_free(&fixture->expectations);
}

#define FIXTURE __attribute__((cleanup(tear_down))) struct fixture f = {0}

static struct record *add(struct results *results, const char *machine, const char *name,
			  enum verdict verdict)
{
	struct record *record = array_add(&results->cases);
	size_t scenario = strcspn(name, "[");

	record->kernel = text("6.12");
	record->machine = text("%s", machine);
	record->name = text("%s", name);
	record->scenario = text("%.*s", (int)scenario, name);
	record->dut = text("%.*s", (int)strcspn(name + scenario + 1, ",]"), name + scenario + 1);
	record->mode = strstr(name, ",compat]") ? MODE_COMPAT : MODE_TYPE1;
	record->result.verdict = verdict;
	return record;
}

static void find(struct fixture *f)
{
	const struct run_part a = {&f->a, "6.12", NULL, 0}, b = {&f->b, "6.12", NULL, 0};

	changes_find(&a, &b, &f->expectations, &f->changes);
}

/* A case in each of two runs. NONE: not in that run; XFAIL: a known failure. */
enum { NONE = VERDICT_COUNT, XFAIL };

static const struct {
	int a, b;
	enum change_kind kind;
	bool failed;
} classes[] = {
	{VERDICT_PASS, VERDICT_PASS, CHANGE_NONE, false},
	{VERDICT_PASS, VERDICT_FAIL, CHANGE_REGRESSION, true},
	{VERDICT_PASS, VERDICT_SKIP, CHANGE_LOST, true},
	{VERDICT_PASS, VERDICT_ERROR, CHANGE_UNJUDGED, false},
	{VERDICT_PASS, XFAIL, CHANGE_KNOWN, false},
	{VERDICT_PASS, NONE, CHANGE_DISAPPEARED, false},
	{VERDICT_FAIL, VERDICT_FAIL, CHANGE_STILL_FAILING, false},
	{VERDICT_FAIL, VERDICT_PASS, CHANGE_FIXED, false},
	{XFAIL, VERDICT_PASS, CHANGE_FIXED, false},
	{XFAIL, XFAIL, CHANGE_NONE, false},
	{XFAIL, VERDICT_FAIL, CHANGE_NEW_FAILURE, true},
	{VERDICT_SKIP, VERDICT_PASS, CHANGE_NEW_PASS, false},
	{VERDICT_SKIP, VERDICT_FAIL, CHANGE_NEW_FAILURE, true},
	{VERDICT_MISS, VERDICT_PASS, CHANGE_NEW_PASS, false},
	{VERDICT_ERROR, VERDICT_MISS, CHANGE_NONE, false},
	{NONE, VERDICT_PASS, CHANGE_APPEARED, false},
	{NONE, VERDICT_SKIP, CHANGE_APPEARED, false},
	{NONE, VERDICT_FAIL, CHANGE_NEW_FAILURE, true},
};

static void add_state(struct results *results, int state)
{
	if (state == XFAIL)
		add(results, "pci", "reset/flr[nvme]", VERDICT_FAIL)->xfail = text("a bug");
	else if (state != NONE)
		add(results, "pci", "reset/flr[nvme]", (enum verdict)state);
}

TEST each_pair_of_verdicts_has_its_class(size_t i)
{
	FIXTURE;

	add_state(&f.a, classes[i].a);
	add_state(&f.b, classes[i].b);
	find(&f);
	ASSERT_EQ(1, f.changes.of[classes[i].kind]);
	ASSERT_EQ(classes[i].kind == CHANGE_NONE ? 0 : 1, f.changes.count);
	ASSERT_EQ(classes[i].failed, changes_failed(&f.changes));
	PASS();
}

TEST a_failure_that_was_not_the_known_one_is_a_regression(void)
{
	FIXTURE;

	add(&f.a, "pci", "reset/flr[nvme]", VERDICT_PASS)->xpass = text("a bug");
	add(&f.b, "pci", "reset/flr[nvme]", VERDICT_FAIL)->xfail = text("a bug");
	find(&f);
	ASSERT_EQ(1, f.changes.of[CHANGE_REGRESSION]);
	PASS();
}

TEST facts_are_compared_whatever_their_order(void)
{
	FIXTURE;
	struct record *a = add(&f.a, "pci", "config/x[edu]", VERDICT_PASS);
	struct record *b = add(&f.b, "pci", "config/x[edu]", VERDICT_PASS);

	pairs_set(&a->result.facts, "same", "1");
	pairs_set(&a->result.facts, "other", "0x7");
	pairs_set(&a->result.facts, "gone", "1");
	pairs_set(&b->result.facts, "new", "1");
	pairs_set(&b->result.facts, "other", "0x3");
	pairs_set(&b->result.facts, "same", "1");
	find(&f);
	ASSERT_EQ(3, f.changes.of[CHANGE_FACT]);
	ASSERT_STR_EQ("gone", f.changes.items[0].fact);
	ASSERT_STR_EQ("(none)", f.changes.items[0].is);
	ASSERT_STR_EQ("other", f.changes.items[2].fact);
	ASSERT_STR_EQ("0x7", f.changes.items[2].was);
	ASSERT_STR_EQ("0x3", f.changes.items[2].is);
	ASSERT(changes_failed(&f.changes));
	PASS();
}

TEST a_listed_fact_is_no_news(void)
{
	FIXTURE;
	struct expectation *expected = array_add(&f.expectations);

	expected->fact = text("region*");
	expected->reason = text("the series changes it");
	pairs_set(&add(&f.a, "pci", "config/x[edu]", VERDICT_PASS)->result.facts, "region[0]", "1");
	pairs_set(&add(&f.b, "pci", "config/x[edu]", VERDICT_PASS)->result.facts, "region[0]", "2");
	find(&f);
	ASSERT_EQ(0, f.changes.count);
	ASSERT_EQ(1, f.changes.listed);
	ASSERT_FALSE(changes_failed(&f.changes));
	PASS();
}

TEST the_worst_attempt_counts(void)
{
	FIXTURE;

	add(&f.a, "pci", "reset/flr[nvme]", VERDICT_PASS);
	add(&f.b, "pci", "reset/flr[nvme]", VERDICT_PASS)->attempt = 1;
	add(&f.b, "pci", "reset/flr[nvme]", VERDICT_FAIL)->attempt = 2;
	find(&f);
	ASSERT_EQ(1, f.changes.of[CHANGE_REGRESSION]);
	PASS();
}

TEST cases_are_paired_in_any_order(void)
{
	FIXTURE;

	add(&f.a, "pci", "bind/x[edu]", VERDICT_PASS);
	add(&f.a, "sriov", "bind/x[edu]", VERDICT_PASS);
	add(&f.a, "pci", "bind/y[edu]", VERDICT_FAIL);
	add(&f.b, "pci", "bind/y[edu]", VERDICT_PASS);
	add(&f.b, "sriov", "bind/x[edu]", VERDICT_FAIL);
	add(&f.b, "pci", "bind/x[edu]", VERDICT_PASS);
	find(&f);
	ASSERT_EQ(2, f.changes.count);
	ASSERT_EQ(1, f.changes.of[CHANGE_NONE]);
	ASSERT_STR_EQ("sriov", f.changes.items[0].b->machine);
	ASSERT_EQ(1, f.changes.of[CHANGE_FIXED]);
	PASS();
}

TEST a_machine_is_compared_with_another(void)
{
	FIXTURE;
	const struct run_part a = {&f.a, "6.12", "pci", 0}, b = {&f.b, "6.12", "noirq", 0};

	add(&f.a, "pci", "bind/x[edu]", VERDICT_PASS);
	add(&f.a, "sriov", "bind/x[edu]", VERDICT_PASS);
	add(&f.b, "noirq", "bind/x[edu]", VERDICT_FAIL);
	changes_find(&a, &b, NULL, &f.changes);
	ASSERT_EQ(1, f.changes.count);
	ASSERT_EQ(1, f.changes.of[CHANGE_REGRESSION]);
	PASS();
}

static int expect(struct fixture *f, const char *list)
{
	char path[] = "/tmp/changes.XXXXXX";
	cleanup_close int fd = mkstemp(path);
	int err = write_all(fd, list, strlen(list))
			  ?: expectations_read(path, &f->expectations, NULL);

	unlink(path);
	return err;
}

/* A DUT whose name begins with another's is sorted differently with a mode behind it. */
TEST a_mode_is_compared_with_another(void)
{
	FIXTURE;
	const struct run_part a = {&f.a, "6.12", NULL, MODE_BIT(MODE_TYPE1)};
	const struct run_part b = {&f.a, "6.12", NULL, MODE_BIT(MODE_COMPAT)};

	add(&f.a, "pci", "bind/x[edu]", VERDICT_PASS);
	add(&f.a, "pci", "bind/x[edu,compat]", VERDICT_FAIL);
	add(&f.a, "pci", "bind/x[edu-rp]", VERDICT_PASS);
	add(&f.a, "pci", "bind/x[edu-rp,compat]", VERDICT_PASS);
	add(&f.a, "pci", "bind/only[edu]", VERDICT_PASS);
	add(&f.a, "pci", "bind/skips[edu]", VERDICT_PASS);
	add(&f.a, "pci", "bind/skips[edu,compat]", VERDICT_SKIP);
	ASSERT_EQ(0, expect(&f, "bind/skips[*,compat] verdict  # it lacks that\n"));
	changes_find(&a, &b, &f.expectations, &f.changes);
	ASSERT_EQ(1, f.changes.count);
	ASSERT_EQ(1, f.changes.of[CHANGE_REGRESSION]);
	ASSERT_STR_EQ("bind/x[edu,compat]", f.changes.items[0].b->name);
	ASSERT_EQ(1, f.changes.of[CHANGE_NONE]);
	ASSERT_EQ(1, f.changes.listed);
	PASS();
}

/* A variant driver may lack what a scenario expects, with a reason that covers no other failure. */
TEST a_listed_failure_is_no_regression(void)
{
	FIXTURE;

	add(&f.a, "pci", "region/ioeventfd[gpu]", VERDICT_PASS);
	add(&f.b, "pci", "region/ioeventfd[gpu]", VERDICT_FAIL);
	add(&f.a, "pci", "region/lost[gpu]", VERDICT_PASS);
	add(&f.b, "pci", "region/lost[gpu]", VERDICT_SKIP);
	add(&f.a, "pci", "region/read[gpu]", VERDICT_PASS);
	add(&f.b, "pci", "region/read[gpu]", VERDICT_FAIL);
	ASSERT_EQ(0, expect(&f, "region/*o*[*] failure  # it lacks them\n"));
	find(&f);
	ASSERT_EQ(1, f.changes.listed);
	ASSERT_EQ(1, f.changes.of[CHANGE_REGRESSION]);
	ASSERT_EQ(1, f.changes.of[CHANGE_LOST]);
	ASSERT(changes_failed(&f.changes));
	PASS();
}

static char *shown(const struct fixture *f, bool all)
{
	char *printed = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&printed, &size)};

	changes_print(&f->changes, all ? CHANGES_ALL : CHANGES_SHORT, NULL, &page);
	fclose(page.out);
	return printed;
}

TEST equal_changes_share_a_block(void)
{
	FIXTURE;
	static const char *const duts[] = {"a", "b", "c"};
	cleanup_free char *printed = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(duts); i++) {
		cleanup_free char *name = text("reset/flr[%s]", duts[i]);

		add(&f.a, "pci", name, VERDICT_PASS);
		add(&f.b, "pci", name, VERDICT_FAIL)->result.reason =
			text("expected 1, saw %d", i == 1);
	}
	find(&f);
	printed = shown(&f, false);
	ASSERT(strstr(printed,
		      "REGRESSION  6.12  reset/flr\n      PASS -> FAIL: expected 1, saw 0\n"
		      "      on: pci/a pci/c\n"));
	ASSERT(strstr(printed, "saw 1"));
	ASSERT(strstr(printed, "changed: 3 regression, 0 unchanged"));
	PASS();
}

TEST unlisted_changes_are_counted(void)
{
	FIXTURE;
	cleanup_free char *printed = NULL, *all = NULL;

	add(&f.a, "pci", "bind/old_name[edu]", VERDICT_PASS);
	add(&f.b, "pci", "bind/new_name[edu]", VERDICT_PASS);
	find(&f);
	printed = shown(&f, false);
	all = shown(&f, true);
	ASSERT_STR_EQ("no regression: 1 appeared, 1 disappeared, 0 unchanged\n", printed);
	ASSERT(strstr(all, "DISAPPEARED  6.12  bind/old_name"));
	ASSERT(strstr(all, "absent -> PASS"));
	PASS();
}

SUITE(changes)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		RUN_TESTp(each_pair_of_verdicts_has_its_class, i);
	RUN_TEST(a_failure_that_was_not_the_known_one_is_a_regression);
	RUN_TEST(facts_are_compared_whatever_their_order);
	RUN_TEST(a_listed_fact_is_no_news);
	RUN_TEST(the_worst_attempt_counts);
	RUN_TEST(cases_are_paired_in_any_order);
	RUN_TEST(a_machine_is_compared_with_another);
	RUN_TEST(a_mode_is_compared_with_another);
	RUN_TEST(a_listed_failure_is_no_regression);
	RUN_TEST(equal_changes_share_a_block);
	RUN_TEST(unlisted_changes_are_counted);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(changes);
	GREATEST_MAIN_END();
}
