// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/tap.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

/* An output of a program, and what becomes of it. */
struct sample {
	const char *name;
	const char *output;
	const char *tests; /* "NAME OUTCOME[ (REASON)]" a line; NULL: it is not TAP */
	const char *fail, *skip;
};

static void add_test(void *context, const struct tap_test *test)
{
	static const char *const outcomes[TAP_OUTCOMES] = {"pass", "fail", "skip", "xfail"};

	buf_printf(context, "%s %s", test->name, outcomes[test->outcome]);
	if (test->reason)
		buf_printf(context, " (%s)", test->reason);
	buf_puts(context, "\n");
}

static const struct sample samples[] = {
	{"plain", "TAP version 13\n1..2\nok 1 a\nnot ok 2 - b c\n", "a pass\nb_c fail\n",
	 "1 of 2 subtests failed: b_c", NULL},
	{"version 14", "TAP version 14\n1..1\nok 1 - a # skip no device\n", "a skip (no device)\n",
	 NULL, "no device"},
	{"plan at the end", "ok 1 a\nok 2 b\n1..2\n", "a pass\nb pass\n", NULL, NULL},
	{"no plan", "KTAP version 1\nok 1 a\n", "a pass\n",
	 "there is no plan: a line 1..1 is missing", NULL},
	{"too few", "TAP version 13\n1..3\nok 1 a\n", "a pass\n", "planned 3 tests, ran 1", NULL},
	{"too many", "1..1\nok 1 a\nok 2 b\n", "a pass\nb pass\n", "planned 1 tests, ran 2", NULL},
	{"all skipped", "TAP version 13\n1..0 # SKIP no group\n", "", NULL, "no group"},
	{"nothing", "TAP version 13\n1..0\n", "", NULL, "no test was run"},
	{"bail out", "TAP version 13\n1..3\nok 1 a\nBail out! cannot open /dev/vfio\n", "a pass\n",
	 "Bail out! cannot open /dev/vfio", NULL},
	{"directives",
	 "1..7\nnot ok 1 a # TODO later\nok 2 # SKIP b c\nok 3 c # XFAIL known\n"
	 "not ok 4 d # TIMEOUT 45 seconds\nnot ok 5 selftests: vfio: e # exit=1\n"
	 "not ok 6 f # SKIP nothing\nok 7 g #3 of h\n",
	 "a xfail (later)\nb_c skip (b c)\nc xfail (known)\nd fail (timeout: 45 seconds)\n"
	 "selftests:_vfio:_e fail (exit=1)\nf skip (nothing)\ng_3_of_h pass\n",
	 "2 of 7 subtests failed: d, selftests:_vfio:_e", NULL},
	{"harness",
	 "TAP version 13\n1..2\n# Starting 2 tests from 1 test cases.\n"
	 "#  RUN           global.a ...\n#            OK  global.a\nok 1 global.a\n"
	 "#  RUN           global.b ...\n# b.c:12:b:Expected 0 (0) == 1 (1)\n"
	 "# b: Test terminated by assertion\n#          FAIL  global.b\nnot ok 2 global.b\n"
	 "# FAILED: 1 / 2 tests passed.\n# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:0 error:0\n",
	 "global.a pass\nglobal.b fail (b.c:12:b:Expected 0 (0) == 1 (1))\n",
	 "1 of 2 subtests failed: global.b", NULL},
	{"indented",
	 "KTAP version 1\n1..2\n  KTAP version 1\n  1..2\n    KTAP version 1\n    1..1\n"
	 "    not ok 1 deep\n  not ok 1 x\n  ok 2 y\nnot ok 1 suite\nok 2 z\n",
	 "suite.x.deep fail\nsuite.y pass\nz pass\n", "1 of 3 subtests failed: suite.x.deep", NULL},
	{"nested too few", "KTAP version 1\n1..1\n    1..3\n    ok 1 x\nok 1 suite\n",
	 "suite.x pass\n", "suite: planned 3 tests, ran 1", NULL},
	{"behind a #",
	 "TAP version 13\n1..2\n# selftests: vfio: a\n# TAP version 13\n# 1..2\n# ok 1 x\n"
	 "# not ok 2 y\n# # Totals: pass:1 fail:1\nnot ok 1 selftests: vfio: a # exit=1\n"
	 "ok 2 selftests: vfio: b\n",
	 "selftests:_vfio:_a.x pass\nselftests:_vfio:_a.y fail\nselftests:_vfio:_b pass\n",
	 "1 of 3 subtests failed: selftests:_vfio:_a.y", NULL},
	{"the parent alone fails", "1..1\n  1..1\n  ok 1 x\nnot ok 1 suite # exit=139\n",
	 "suite.x pass\nsuite fail (exit=139)\n", "1 of 2 subtests failed: suite", NULL},
	{"two outputs", "TAP version 13\n1..1\nok 1 a\nTAP version 13\n1..2\nok 1 b\n",
	 "a pass\nb pass\n", "planned 2 tests, ran 1", NULL},
	{"no TAP", "ok\nnot ok, said the device\n  ok 1 x\n", NULL, NULL, NULL},
	{"a word", "1..1\nokay then\nok 1\n", "test-1 pass\n", NULL, NULL},
	{"nothing at all", "", NULL, NULL, NULL},
	{"many failures",
	 "1..6\nnot ok 1 a\nnot ok 2 b\nnot ok 3 c\nnot ok 4 d\nnot ok 5 e\nok 6 f\n",
	 "a fail\nb fail\nc fail\nd fail\ne fail\nf pass\n",
	 "5 of 6 subtests failed: a, b, c, d, ...", NULL},
};

TEST a_sample_has_its_results(const struct sample *sample)
{
	cleanup_buf struct buf tests = BUF_INIT;
	cleanup_tap struct tap tap = {.test = add_test, .context = &tests};
	cleanup_free char *output = strdup(sample->output);
	cleanup_free char *fail = NULL;
	cleanup_free char *skip = NULL;
	char *save = NULL;
	bool is_tap;

	for (char *line = strtok_r(output, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		tap_line(&tap, line);
	is_tap = tap_end(&tap, &fail, &skip);
	ASSERT_EQm(sample->name, sample->tests != NULL, is_tap);
	ASSERT_STR_EQm(sample->name, sample->tests ?: "", tests.data ?: "");
	ASSERT_STR_EQm(sample->name, sample->fail ?: "", fail ?: "");
	ASSERT_STR_EQm(sample->name, sample->skip ?: "", skip ?: "");
	PASS();
}

static void count(void *context, const struct tap_test *test)
{
	(void)test;
	++*(unsigned int *)context;
}

TEST memory_is_bounded(void)
{
	unsigned int tests = 0;
	cleanup_tap struct tap tap = {.test = count, .context = &tests};
	cleanup_free char *fail = NULL;
	cleanup_free char *skip = NULL;

	tap_line(&tap, "TAP version 13");
	tap_line(&tap, "1..1");
	for (unsigned int i = 1; i <= TAP_HELD_MAX + 2; i++) {
		cleanup_free char *line = text("  ok %u x", i);

		tap_line(&tap, line);
	}
	tap_line(&tap, "ok 1 suite");
	ASSERT(tap_end(&tap, &fail, &skip));
	ASSERT_EQ(TAP_HELD_MAX, tests);
	ASSERT_STR_EQ("more than 4096 nested results: x is lost", fail);
	PASS();
}

TEST depth_is_bounded(void)
{
	unsigned int tests = 0;
	cleanup_tap struct tap tap = {.test = count, .context = &tests};
	cleanup_free char *fail = NULL;
	cleanup_free char *skip = NULL;

	for (int depth = 0; depth < 20; depth++) {
		cleanup_free char *line = text("%*s1..1", depth, "");

		tap_line(&tap, line);
	}
	ASSERT(tap_end(&tap, &fail, &skip));
	ASSERT_STR_EQ("results are nested more than 8 deep", fail);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		RUN_TESTp(a_sample_has_its_results, &samples[i]);
	RUN_TEST(memory_is_bounded);
	RUN_TEST(depth_is_bounded);
	GREATEST_MAIN_END();
}
