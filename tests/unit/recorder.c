// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/recorder.h"

#include "tests/host/starve.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <unistd.h>

#define CASES 3

struct fixture {
	struct job job;
	struct recorder recorder;
	struct result results[CASES];
	struct buf why;
	unsigned int opened, finished;
};

static void on_opened(void *context, const struct job_case *opened)
{
	(void)opened;
	((struct fixture *)context)->opened++;
}

static void on_finished(void *context, const struct job_case *done, const struct result *result)
{
	struct fixture *fixture = context;

	json_copy(&result_type, &fixture->results[done->number - 1], result);
	fixture->finished++;
}

static void on_note(void *context, const char *key, const char *value)
{
	(void)context;
	(void)key;
	(void)value;
}

static void set_up(struct fixture *fixture)
{
	*fixture = (struct fixture){
		.recorder = {.count = CASES,
			     .opened = on_opened,
			     .finished = on_finished,
			     .note = on_note},
	};
	job_add(&fixture->job, 1, "bind/a", "edu", MODE_TYPE1);
	job_add(&fixture->job, 2, "bind/b", "edu", MODE_TYPE1);
	job_add(&fixture->job, 3, "bind/c", "edu", MODE_TYPE1);
	fixture->recorder.cases = fixture->job.cases.items;
	fixture->recorder.context = fixture;
}

static void tear_down(struct fixture *fixture)
{
	for (int i = 0; i < CASES; i++)
		result_free(&fixture->results[i]);
	recorder_free(&fixture->recorder);
	job_free(&fixture->job);
	buf_free(&fixture->why);
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f;                                      \
	set_up(&f)

/* Feed STREAM at MS on the runner's clock. */
static int feed_at(struct fixture *fixture, int64_t ms, const char *stream)
{
	return recorder_feed(&fixture->recorder, stream, strlen(stream), ms, &fixture->why);
}

static int feed(struct fixture *fixture, const char *stream)
{
	return feed_at(fixture, 0, stream);
}

TEST verdicts_facts_and_reasons_are_recorded(void)
{
	FIXTURE;
	ASSERT_EQ(0,
		  feed(&f,
		       "KTAP version 1\n1..3\n# guest: Linux 5.10\n"
		       "# case: 1 bind/a[edu] deadline=5000\n# fact: irq=1\n# time: 34\nok 1 "
		       "bind/a[edu]\n"
		       "# case: 2 bind/b[edu] deadline=5000\n# fail: scenarios/bind/driver.c:9: "
		       "saw 1\n"
		       "# kernel: WARNING: x\nnot ok 2 bind/b[edu]\n"
		       "# case: 3 bind/c[edu] deadline=5000\nok 3 bind/c[edu] # SKIP needs x\n"));
	ASSERT_EQ(3, f.opened);
	ASSERT_EQ(3, f.finished);
	ASSERT_EQ(VERDICT_PASS, f.results[0].verdict);
	ASSERT_EQ(34, f.results[0].ms);
	ASSERT_STR_EQ("1", pairs_get(&f.results[0].facts, "irq"));
	ASSERT_EQ(VERDICT_FAIL, f.results[1].verdict);
	ASSERT_STR_EQ("saw 1", f.results[1].reason);
	ASSERT_STR_EQ("scenarios/bind/driver.c:9", f.results[1].where);
	ASSERT_EQ(VERDICT_SKIP, f.results[2].verdict);
	ASSERT_STR_EQ("needs x", f.results[2].reason);
	PASS();
}

TEST a_search_has_its_time_and_its_leaks(void)
{
	FIXTURE;
	ASSERT_EQ(0, feed(&f, "# search: 700\n"));
	ASSERT(f.recorder.searching);
	ASSERT_EQ(700, f.recorder.deadline_ms);
	ASSERT_EQ(0, feed(&f, "# leak: 1 14 - f+0x1/0x2\n# case: 1 bind/a[edu] deadline=5\n"));
	ASSERT(!f.recorder.searching);
	ASSERT_EQ(5, f.recorder.deadline_ms);
	PASS();
}

TEST a_stream_may_come_byte_by_byte(void)
{
	static const char stream[] = "# case: 1 bind/a[edu] deadline=5000\nok 1 bind/a[edu]\n";
	FIXTURE;

	for (size_t i = 0; i < sizeof(stream) - 1; i++)
		ASSERT_EQ(0, recorder_feed(&f.recorder, stream + i, 1, 0, &f.why));
	ASSERT_EQ(VERDICT_PASS, f.results[0].verdict);
	PASS();
}

TEST an_error_of_the_lab_is_no_failure_of_the_kernel(void)
{
	FIXTURE;
	ASSERT_EQ(0, feed(&f, "# case: 1 bind/a[edu] deadline=5\n# error: no memory\nnot ok 1 "
			      "bind/a[edu]\n"));
	ASSERT_EQ(VERDICT_ERROR, f.results[0].verdict);
	ASSERT_STR_EQ("no memory", f.results[0].reason);
	PASS();
}

TEST a_case_that_reboots_its_guest_runs_again(void)
{
	FIXTURE;
	ASSERT_EQ(0, feed(&f, "# case: 1 bind/a[edu] deadline=5\n# fact: boot=1\n# end: reboot\n"));
	ASSERT(f.recorder.ended);
	recorder_again(&f.recorder);
	ASSERT_EQ(0, f.finished);
	ASSERT_EQ(0,
		  feed(&f, "# case: 1 bind/a[edu] deadline=5\n# fact: up=2\nok 1 bind/a[edu]\n"));
	ASSERT_EQ(VERDICT_PASS, f.results[0].verdict);
	ASSERT_EQ(NULL, pairs_get(&f.results[0].facts, "boot"));
	ASSERT_STR_EQ("2", pairs_get(&f.results[0].facts, "up"));
	PASS();
}

TEST a_lost_guest_costs_the_running_case(void)
{
	FIXTURE;
	ASSERT_EQ(0, feed(&f, "# case: 1 bind/a[edu] deadline=5\nok 1 bind/a[edu]\n"
			      "# case: 2 bind/b[edu] deadline=5\n# fact: half"));
	recorder_reset(&f.recorder);
	recorder_lose(&f.recorder, CAUSE_HANG, "panicked", 0);
	ASSERT_EQ(VERDICT_FAIL, f.results[1].verdict);
	ASSERT_STR_EQ("panicked", f.results[1].reason);
	ASSERT_EQ(0, feed(&f, "# case: 3 bind/c[edu] deadline=5\nok 3 bind/c[edu]\n"));
	ASSERT_EQ(VERDICT_PASS, f.results[2].verdict);
	recorder_lose(&f.recorder, CAUSE_HANG, "nothing is left to lose", 0);
	ASSERT_EQ(3, f.finished);
	PASS();
}

/* The runner's clock counts, whatever the guest's clock does. */
TEST a_case_has_the_time_of_the_host(void)
{
	FIXTURE;
	ASSERT_EQ(0, feed_at(&f, 700, "# case: 1 bind/a[edu] deadline=5000\n"));
	ASSERT_EQ(0, feed_at(&f, 900, "# time: 34\n# clock: 150 100 650\nok 1 bind/a[edu]\n"));
	ASSERT_EQ(34, f.results[0].ms);
	ASSERT_EQ(200, f.results[0].host_ms);
	ASSERT_EQ(0, feed_at(&f, 1000, "# case: 2 bind/b[edu] deadline=5000\n"));
	recorder_lose(&f.recorder, CAUSE_HANG, "hung", 8000);
	ASSERT_EQ(7000, f.results[1].host_ms);
	PASS();
}

/*
 * Neither a FAIL nor a PASS of a guest whose clock ran fast is accepted; the case is repeated in
 * the next guest.
 */
TEST a_wrong_clock_leaves_no_verdict(const char *result)
{
	FIXTURE;
	ASSERT_EQ(
		0,
		feed_at(&f, 1000,
			"# case: 1 bind/a[edu] deadline=5000\n# fact: a=1\n# leftover: x\n"
			"# fail: scenarios/bind/driver.c:9: the deadline of 5000 ms was missed\n"));
	ASSERT_EQ(0, feed_at(&f, 1200, "# time: 5001\n"));
	ASSERT_EQ(-ETIME, recorder_feed(&f.recorder, result, strlen(result), 1210, &f.why));
	ASSERT_STR_EQ("the guest's clock ran fast: it counted 5001 ms in 210 ms of the host's",
		      f.why.data);
	ASSERT_EQ(0, f.finished);
	recorder_discard(&f.recorder, f.why.data);
	recorder_reset(&f.recorder);
	ASSERT_EQ(0, feed_at(&f, 9000, "# case: 1 bind/a[edu] deadline=5000\n# fact: b=1\n"));
	ASSERT_EQ(0, feed_at(&f, 9100, "# time: 40\n# clock: 3100 3000 9000\nok 1 bind/a[edu]\n"));
	ASSERT_EQ(VERDICT_PASS, f.results[0].verdict);
	ASSERT_EQ(NULL, f.results[0].reason);
	ASSERT_EQ(0, f.results[0].leftovers.count);
	ASSERT_EQ(NULL, pairs_get(&f.results[0].facts, "a"));
	ASSERT_EQ(1, f.results[0].discarded.count);
	PASS();
}

static const char *const disbelieved[] = {
	"# clock: 8001 3000 1000\nnot ok 1 bind/a[edu]\n",
	"# clock: 8001 3000 1000\nok 1 bind/a[edu]\n# case: 2 bind/b[edu] deadline=5000\n",
	"# clock: 8001 3000 1000\nok 1 bind/a[edu] # SKIP needs x\n",
};

/* A pass for a case that never began would be a wrong verdict. */
TEST unexpected_lines_are_refused(const char *stream)
{
	FIXTURE;
	ASSERT_EQ_FMT(-EPROTO, feed(&f, stream), "%d");
	ASSERT(f.why.len > 0);
	ASSERT_EQ(0, f.finished);
	PASS();
}

static const char *const stories[] = {
	"garbage\n",
	"ok 1 bind/a[edu]\n",
	"# case: 2 bind/b[edu] deadline=5\n",
	"# case: 1 bind/b[edu] deadline=5\n",
	"# case: 1 bind/a[edu] deadline=5\nok 2 bind/b[edu]\n",
	"# case: 1 bind/a[edu] deadline=5\n# case: 2 bind/b[edu] deadline=5\n",
	"# fact: x=1\n",
	"# leak: 1 14 - f+0x1/0x2\n",
	"# search: 5\n# search: 5\n",
	"# search: -5\n",
	"# case: 1 bind/a[edu] deadline=5\n# search: 5\n",
	"# case: 1 bind/a[edu] deadline=5\n# leak: 1 14 - f+0x1/0x2\n",
	"# fail: early\n",
	"# clock: 2 1 0\n",
	"# case: 1 bind/a[edu] deadline=5\n# clock: 2 1\n",
};

static const char missed[] =
	"# fail: a.c:1: a: the deadline of 1000 ms was missed\n# clock: 1300 100 0\n"
	"not ok 1 bind/a[edu]\n";

/* This process represents QEMU. */
TEST a_failure_of_a_starved_guest_is_not_believed(void)
{
	FIXTURE;

	if (access("/proc/self/schedstat", R_OK))
		SKIPm("this kernel does not count what processes wait");
	f.recorder.processes = (struct processes){{getpid()}, 1};
	ASSERT_EQ(0, feed_at(&f, 0, "# case: 1 bind/a[edu] deadline=1000\n"));
	starve(&f.recorder.delay, 400);
	ASSERT_EQ(-ETIME, feed_at(&f, 1200, missed));
	ASSERTm(f.why.data, strstr(f.why.data, "the guest waited for a processor"));
	ASSERT_EQ(0, f.finished);
	PASS();
}

/* A pass is accepted nevertheless, and the last attempt must have a verdict. */
TEST other_results_of_a_starved_guest_are_believed(bool last_attempt, const char *result)
{
	FIXTURE;

	f.recorder.processes = (struct processes){{getpid()}, 1};
	f.recorder.last_attempt = last_attempt;
	ASSERT_EQ(0, feed_at(&f, 0, "# case: 1 bind/a[edu] deadline=1000\n"));
	starve(&f.recorder.delay, 400);
	ASSERT_EQ(0, feed_at(&f, 1200, result));
	ASSERT_EQ(1, f.finished);
	ASSERT_FALSE(f.recorder.last_attempt);
	PASS();
}

/* A guest that waited, but also ran for longer than the deadline, is hung. */
TEST guest_that_ran_long_enough_is_not_starved(void)
{
	FIXTURE;

	f.recorder.processes = (struct processes){{getpid()}, 1};
	ASSERT_EQ(0, feed_at(&f, 0, "# case: 1 bind/a[edu] deadline=1000\n"));
	starve(&f.recorder.delay, 400);
	ASSERT(recorder_starved(&f.recorder, 1300, &f.why));
	ASSERT_FALSE(recorder_starved(&f.recorder, 60000, &f.why));
	PASS();
}

/* A failure that is not about time is not discarded because of time. */
TEST a_quick_failure_is_believed(void)
{
	FIXTURE;

	f.recorder.processes = (struct processes){{getpid()}, 1};
	ASSERT_EQ(0, feed_at(&f, 0, "# case: 1 bind/a[edu] deadline=1000\n"));
	starve(&f.recorder.delay, 100);
	ASSERT_EQ(0, feed_at(&f, 300,
			     "# fail: a.c:1: saw 1\n# clock: 400 100 0\nnot ok 1 bind/a[edu]\n"));
	ASSERT_EQ(VERDICT_FAIL, f.results[0].verdict);
	PASS();
}

TEST a_nul_byte_is_garbage(void)
{
	FIXTURE;
	ASSERT_EQ(-EPROTO, recorder_feed(&f.recorder, "# x\0y\n", 6, 0, &f.why));
	PASS();
}

TEST a_line_without_end_is_garbage(void)
{
	cleanup_buf struct buf line = BUF_INIT;
	FIXTURE;

	for (int i = 0; i <= RECORDER_LINE_MAX; i++)
		buf_add(&line, "#", 1);
	ASSERT_EQ(-EPROTO, feed(&f, line.data));
	PASS();
}

TEST subtests_are_held_for_their_case(void)
{
	FIXTURE;
	ASSERT_EQ(0, feed(&f, "# case: 1 bind/a[edu] deadline=5000\n    KTAP version 1\n"
			      "    ok 1 x\n    not ok 2 y # saw 1\n    ok 3 z # SKIP none\n"
			      "    not ok 4 w # XFAIL\n"));
	recorder_lose(&f.recorder, CAUSE_PANIC, NULL, 0);
	ASSERT_EQ(VERDICT_FAIL, f.results[0].verdict);
	ASSERT_EQ(4, f.results[0].subtests.count);
	ASSERT_EQ(VERDICT_PASS, f.results[0].subtests.items[0].verdict);
	ASSERT_STR_EQ("saw 1", f.results[0].subtests.items[1].reason);
	ASSERT_EQ(VERDICT_SKIP, f.results[0].subtests.items[2].verdict);
	ASSERT_STR_EQ("expected by the program", f.results[0].subtests.items[3].xfail);
	recorder_reset(&f.recorder);
	ASSERT_EQ(0, feed(&f, "# case: 2 bind/b[edu] deadline=5000\nok 2 bind/b[edu]\n"));
	ASSERT_EQ(0, f.results[1].subtests.count);
	PASS();
}

TEST names_of_subtests_are_checked(const char *line)
{
	FIXTURE;
	ASSERT_EQ(0, feed(&f, "# case: 1 bind/a[edu] deadline=5000\n"));
	ASSERT_EQ(-EPROTO, feed(&f, line));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(verdicts_facts_and_reasons_are_recorded);
	RUN_TEST(a_search_has_its_time_and_its_leaks);
	RUN_TEST(a_stream_may_come_byte_by_byte);
	RUN_TEST(an_error_of_the_lab_is_no_failure_of_the_kernel);
	RUN_TEST(a_case_that_reboots_its_guest_runs_again);
	RUN_TEST(a_lost_guest_costs_the_running_case);
	RUN_TEST(a_case_has_the_time_of_the_host);
	for (size_t i = 0; i < sizeof(disbelieved) / sizeof(disbelieved[0]); i++)
		RUN_TEST1(a_wrong_clock_leaves_no_verdict, disbelieved[i]);
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		RUN_TEST1(unexpected_lines_are_refused, stories[i]);
	RUN_TEST(a_failure_of_a_starved_guest_is_not_believed);
	RUN_TESTp(other_results_of_a_starved_guest_are_believed, true, missed);
	RUN_TESTp(other_results_of_a_starved_guest_are_believed, false,
		  "# clock: 1300 100 0\nok 1 bind/a[edu]\n");
	RUN_TEST(guest_that_ran_long_enough_is_not_starved);
	RUN_TEST(a_quick_failure_is_believed);
	RUN_TEST(subtests_are_held_for_their_case);
	RUN_TESTp(names_of_subtests_are_checked, "    ok 1 a[b]\n");
	RUN_TESTp(names_of_subtests_are_checked, "    ok 1 a b\n");
	RUN_TEST(a_nul_byte_is_garbage);
	RUN_TEST(a_line_without_end_is_garbage);
	GREATEST_MAIN_END();
}
