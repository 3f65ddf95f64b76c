// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/ktap.h"

#include <greatest.h>

static struct ktap_line parse(const char *line)
{
	static char copy[512];
	struct ktap_line parsed;

	snprintf(copy, sizeof(copy), "%s", line);
	ktap_parse(copy, &parsed);
	return parsed;
}

TEST results_are_taken_apart(void)
{
	struct ktap_line line = parse("ok 12 bind/x[edu]");

	ASSERT_EQ(KTAP_OK, line.kind);
	ASSERT_EQ(12, line.number);
	ASSERT_STR_EQ("bind/x[edu]", line.text);
	ASSERT_EQ(NULL, line.skip);
	line = parse("not ok 3 - reset/y[nvme]");
	ASSERT_EQ(KTAP_NOT_OK, line.kind);
	ASSERT_STR_EQ("reset/y[nvme]", line.text);
	PASS();
}

TEST a_skip_has_its_reason(void)
{
	struct ktap_line line = parse("ok 5 a/b[c] # SKIP needs irq=msix:2; c has irq=msi:1");

	ASSERT_EQ(KTAP_OK, line.kind);
	ASSERT_STR_EQ("a/b[c]", line.text);
	ASSERT_STR_EQ("needs irq=msix:2; c has irq=msi:1", line.skip);
	PASS();
}

TEST a_case_opens_with_its_deadline(void)
{
	struct ktap_line line = parse("# case: 7 mmap/bar[edu] deadline=5000");

	ASSERT_EQ(KTAP_CASE, line.kind);
	ASSERT_EQ(7, line.number);
	ASSERT_EQ(5000, line.value);
	ASSERT_STR_EQ("mmap/bar[edu]", line.text);
	PASS();
}

TEST facts_and_notes_have_keys(void)
{
	struct ktap_line line = parse("# fact: region[0].flags=0x7=x");

	ASSERT_EQ(KTAP_FACT, line.kind);
	ASSERT_STR_EQ("region[0].flags", line.key);
	ASSERT_STR_EQ("0x7=x", line.text);
	line = parse("# fail: scenarios/bind/driver.c:12: saw 3: wanted 4");
	ASSERT_EQ(KTAP_NOTE, line.kind);
	ASSERT_STR_EQ("fail", line.key);
	ASSERT_STR_EQ("scenarios/bind/driver.c:12: saw 3: wanted 4", line.text);
	ASSERT_EQ(KTAP_DIAGNOSTIC, parse("# anything else: goes").kind);
	PASS();
}

TEST the_frame_of_a_stream(void)
{
	ASSERT_EQ(KTAP_VERSION, parse("KTAP version 1").kind);
	ASSERT_EQ(KTAP_PLAN, parse("1..96").kind);
	ASSERT_EQ(96, parse("1..96").number);
	PASS();
}

TEST other_lines_are_garbage(const char *line)
{
	ASSERT_EQ_FMT(KTAP_GARBAGE, parse(line).kind, "%d");
	PASS();
}

static const char *const garbage[] = {
	"",
	"hello",
	"ok",
	"ok 1",
	"ok one x",
	"ok 1 ",
	"ok 4294967296 x",
	"not ok",
	"1..",
	"1..x",
	"#no blank",
	"# case: 7 mmap/bar[edu]",
	"# case: x y deadline=1",
	"# case: 7 deadline=5000",
	"# case: 7 a deadline=5s",
	"# fact: nothing",
	"# fact: =3",
	"ok 1 \001x",
	"\033[2J",
};

TEST nested_results_are_subtests(void)
{
	struct ktap_line line = parse("    ok 3 part.a");

	ASSERT_EQ(KTAP_SUBTEST, line.kind);
	ASSERT_EQ(1, line.value);
	ASSERT_STR_EQ("part.a", line.text);
	line = parse("    not ok 4 b # XFAIL later");
	ASSERT_EQ(KTAP_SUBTEST, line.kind);
	ASSERT_EQ(0, line.value);
	ASSERT_STR_EQ("later", line.xfail);
	ASSERT_STR_EQ("no card", parse("    ok 5 c # SKIP no card").skip);
	ASSERT_STR_EQ("a.c:7: saw 1", parse("    not ok 6 d # a.c:7: saw 1").key);
	ASSERT_EQ(KTAP_DIAGNOSTIC, parse("    1..4").kind);
	ASSERT_EQ(KTAP_DIAGNOSTIC, parse("    KTAP version 1").kind);
	ASSERT_EQ(KTAP_GARBAGE, parse("    oops").kind);
	ASSERT_EQ(KTAP_GARBAGE, parse("    ok x").kind);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(results_are_taken_apart);
	RUN_TEST(a_skip_has_its_reason);
	RUN_TEST(a_case_opens_with_its_deadline);
	RUN_TEST(facts_and_notes_have_keys);
	RUN_TEST(the_frame_of_a_stream);
	RUN_TEST(nested_results_are_subtests);
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
		RUN_TEST1(other_lines_are_garbage, garbage[i]);
	GREATEST_MAIN_END();
}
