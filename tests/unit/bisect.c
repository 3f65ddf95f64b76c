// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab bisect: the search for the first bad version, verdicts, and tools. */
#include "runner/bisect/bisect.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define COUNT_MAX 40

/* What a search comes to on a row of COUNT patches. */
struct ending {
	struct suspects suspects;
	unsigned int tests;
};

/* Whether VERSION cannot be tested, in the row with this SEED; seed 0 has none. */
static bool is_skipped(unsigned int seed, unsigned int version)
{
	return seed && (version * 2654435761U ^ seed * 40503U) % 97 < 35;
}

/* Search a row whose first bad patch is FIRST. Fails the test if it does not end. */
static struct ending search_row(unsigned int count, unsigned int first, unsigned int seed)
{
	cleanup_bisection struct bisection bisection = {0};
	struct ending ending = {0};
	unsigned int next;

	bisection_begin(&bisection, count);
	while ((next = bisection_next(&bisection)) && ending.tests <= count) {
		enum outcome outcome = next < first ? OUTCOME_GOOD : OUTCOME_BAD;

		if (bisection.outcomes[next] != OUTCOME_NONE)
			abort();
		bisection_note(&bisection, next, is_skipped(seed, next) ? OUTCOME_SKIP : outcome);
		ending.tests++;
	}
	ending.suspects = bisection_suspects(&bisection);
	return ending;
}

/* ceil(log2(COUNT)) tests find one of COUNT patches. */
static unsigned int most_tests(unsigned int count)
{
	unsigned int tests = 0;

	while ((1U << tests) < count)
		tests++;
	return tests;
}

TEST every_patch_is_found_in_logarithmic_time(void)
{
	for (unsigned int count = 1; count <= COUNT_MAX; count++)
		for (unsigned int first = 1; first <= count; first++) {
			struct ending ending = search_row(count, first, 0);

			ASSERT_EQ_FMT(first, ending.suspects.first, "%u");
			ASSERT_EQ_FMT(first, ending.suspects.last, "%u");
			ASSERT(ending.tests <= most_tests(count));
		}
	PASS();
}

TEST remaining_is_an_upper_bound_that_shrinks(void)
{
	cleanup_bisection struct bisection bisection = {0};
	unsigned int next, before;

	bisection_begin(&bisection, 24);
	ASSERT_EQ_FMT(5U, bisection_remaining(&bisection), "%u");
	while ((next = bisection_next(&bisection))) {
		before = bisection_remaining(&bisection);
		bisection_note(&bisection, next, next < 17 ? OUTCOME_GOOD : OUTCOME_BAD);
		ASSERT(bisection_remaining(&bisection) < before);
	}
	ASSERT_EQ_FMT(0U, bisection_remaining(&bisection), "%u");
	PASS();
}

/* The suspects include the first bad patch, and no version between them has a verdict. */
TEST skips_widen_the_answer_but_never_falsify_it(void)
{
	for (unsigned int seed = 1; seed < 60; seed++)
		for (unsigned int count = 1; count <= COUNT_MAX; count++)
			for (unsigned int first = 1; first <= count; first++) {
				struct ending ending = search_row(count, first, seed);
				struct suspects in = ending.suspects;

				ASSERT(in.first <= first && first <= in.last);
				for (unsigned int v = in.first; v < in.last; v++)
					ASSERT(is_skipped(seed, v));
			}
	PASS();
}

/* Versions 30 to 70 of 100 do not build, and the first bad patch is 90. */
TEST a_broken_range_is_left_in_a_few_steps(void)
{
	cleanup_bisection struct bisection bisection = {0};
	unsigned int next, skips = 0;

	bisection_begin(&bisection, 100);
	while ((next = bisection_next(&bisection))) {
		bool broken = next >= 30 && next <= 70;

		skips += broken;
		bisection_note(&bisection, next,
			       broken	   ? OUTCOME_SKIP
			       : next < 90 ? OUTCOME_GOOD
					   : OUTCOME_BAD);
	}
	ASSERT_EQ_FMT(90U, bisection_suspects(&bisection).first, "%u");
	ASSERT_EQ_FMT(90U, bisection_suspects(&bisection).last, "%u");
	ASSERT(skips <= 6);
	PASS();
}

TEST all_skipped_leaves_all_as_suspects(void)
{
	cleanup_bisection struct bisection bisection = {0};
	unsigned int next, tests = 0;

	bisection_begin(&bisection, 10);
	for (; (next = bisection_next(&bisection)); tests++)
		bisection_note(&bisection, next, OUTCOME_SKIP);
	ASSERT_EQ_FMT(9U, tests, "%u");
	ASSERT_EQ_FMT(1U, bisection_suspects(&bisection).first, "%u");
	ASSERT_EQ_FMT(10U, bisection_suspects(&bisection).last, "%u");
	PASS();
}

struct judged {
	enum verdict verdicts[3];
	enum outcome outcome;
	const char *verdict;
};

/* Several attempts at the case: one FAIL makes a kernel bad, and anything but PASS spoils good. */
static const struct judged judged[] = {
	{{VERDICT_PASS, VERDICT_PASS, VERDICT_PASS}, OUTCOME_GOOD, "PASS"},
	{{VERDICT_PASS, VERDICT_FAIL, VERDICT_MISS}, OUTCOME_BAD, "FAIL"},
	{{VERDICT_ERROR, VERDICT_FAIL, VERDICT_MISS}, OUTCOME_BAD, "FAIL"},
	{{VERDICT_PASS, VERDICT_ERROR, VERDICT_PASS}, OUTCOME_SKIP, "ERROR"},
	{{VERDICT_PASS, VERDICT_PASS, VERDICT_MISS}, OUTCOME_SKIP, "MISS"},
	{{VERDICT_SKIP, VERDICT_SKIP, VERDICT_SKIP}, OUTCOME_SKIP, "SKIP"},
	{{VERDICT_MISS, VERDICT_MISS, VERDICT_MISS}, OUTCOME_SKIP, "MISS"},
};

static void add_attempt(struct results *results, const char *kernel, enum verdict verdict)
{
	*array_add(&results->cases) = (struct record){
		.kernel = text("%s", kernel),
		.result = {.verdict = verdict, .reason = text("it is %s", verdict_names[verdict])},
	};
}

TEST attempts_are_judged(const struct judged *each)
{
	cleanup_results struct results results = {0};
	cleanup_trial struct trial trial = {0};

	add_attempt(&results, "other", VERDICT_FAIL);
	for (size_t i = 0; i < ARRAY_SIZE(each->verdicts); i++)
		add_attempt(&results, "base", each->verdicts[i]);
	bisect_judge(&results, "base", &trial);
	ASSERT_EQ(each->outcome, trial.outcome);
	ASSERT_STR_EQ(each->verdict, trial.verdict);
	PASS();
}

TEST a_kernel_without_results_is_skipped(void)
{
	cleanup_results struct results results = {0};
	cleanup_trial struct trial trial = {0};

	bisect_judge(&results, "base", &trial);
	ASSERT_EQ(OUTCOME_SKIP, trial.outcome);
	ASSERT_STR_EQ("the case did not run", trial.reason);
	PASS();
}

TEST ends_are_checked(void)
{
	struct trial trial = {
		.outcome = OUTCOME_BAD, .verdict = (char *)"FAIL", .reason = (char *)"x"};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, trial_require(&trial, OUTCOME_BAD, "base", &why));
	ASSERT_EQ(EXIT_NO_ANSWER, trial_require(&trial, OUTCOME_GOOD, "base", &why));
	ASSERT(strstr(why.data, "the case fails on base already"));
	buf_free(&why);
	trial.outcome = OUTCOME_SKIP;
	ASSERT_EQ(EXIT_NO_ANSWER, trial_require(&trial, OUTCOME_GOOD, "base", &why));
	ASSERT(strstr(why.data, "no verdict on base: x"));
	PASS();
}

/* A shell with SCRIPT; its log is in /tmp, which is private in the tools tree. */
static struct tool shell(const char *script, struct buf *out)
{
	struct tool tool = {.log = "/tmp/bisect-tool.log", .out = out};

	list_add(&tool.argv, "sh");
	list_add(&tool.argv, "-c");
	list_add(&tool.argv, script);
	return tool;
}

TEST tools_return_status_and_output(void)
{
	cleanup_buf struct buf out = BUF_INIT;
	cleanup_tool struct tool tool = shell("echo out; echo err >&2; exit 3", &out);
	cleanup_free char *log = NULL;

	unlink(tool.log);
	ASSERT_EQ_FMT(3, tool_run(&tool), "%d");
	ASSERT_STR_EQ("out\n", out.data);
	ASSERT_EQ(0, file_read(tool.log, &log, NULL));
	ASSERT_STR_EQ("err\n", log);
	PASS();
}

TEST tools_that_cannot_run_fail(void)
{
	cleanup_tool struct tool tool = {.log = "/tmp/bisect-tool.log"};

	list_add(&tool.argv, "/nonexistent");
	ASSERT_EQ_FMT(127, tool_run(&tool), "%d");
	PASS();
}

/* In a process of its own, because tool_run() blocks signals. */
static int run_and_interrupt(void)
{
	cleanup_tool struct tool tool = shell(
		"trap 'echo ended >&2; exit 1' TERM; kill -TERM $PPID; sleep 60 & wait", NULL);
	int status;

	signal(SIGTERM, SIG_IGN);
	status = tool_run(&tool);
	return status == -EINTR ? 0 : 1;
}

/* A signal to the parent ends the tool, which may clean up first. */
TEST signals_end_tools(void)
{
	cleanup_free char *log = NULL;
	int status;
	pid_t pid;

	unlink("/tmp/bisect-tool.log");
	pid = fork();
	if (!pid)
		_exit(run_and_interrupt());
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_EQ(0, file_read("/tmp/bisect-tool.log", &log, NULL));
	ASSERT_STR_EQ("ended\n", log);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(every_patch_is_found_in_logarithmic_time);
	RUN_TEST(remaining_is_an_upper_bound_that_shrinks);
	RUN_TEST(skips_widen_the_answer_but_never_falsify_it);
	RUN_TEST(a_broken_range_is_left_in_a_few_steps);
	RUN_TEST(all_skipped_leaves_all_as_suspects);
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++)
		RUN_TESTp(attempts_are_judged, &judged[i]);
	RUN_TEST(a_kernel_without_results_is_skipped);
	RUN_TEST(ends_are_checked);
	RUN_TEST(tools_return_status_and_output);
	RUN_TEST(tools_that_cannot_run_fail);
	RUN_TEST(signals_end_tools);
	GREATEST_MAIN_END();
}
