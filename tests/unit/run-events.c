// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/run.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

#define LANE 3

/* A run of one job with two cases, numbers 7 and 8. */
struct bench {
	struct run run;
	struct job job;
};

static void add_case(struct bench *bench, unsigned int number, const char *scenario)
{
	struct job_case *added = job_add(&bench->job, number, scenario, "edu", MODE_TYPE1);

	added->record = bench->run.results.cases.count;
	*array_add(&bench->run.results.cases) = (struct record){
		.kernel = text("base"),
		.machine = text("pci"),
		.name = text("%s", added->name),
		.scenario = text("%s", scenario),
		.dut = text("edu"),
		.number = number,
		.attempt = 1,
	};
}

static void bench_begin(struct bench *bench, enum stop stop)
{
	*bench = (struct bench){.run.choice.stop = stop};
	bench->job.kernel = text("base");
	bench->job.machine = text("pci");
	add_case(bench, 7, "irq/raise");
	add_case(bench, 8, "irq/mask");
	array_add(&bench->run.results.kernels)->name = text("base");
}

static void bench_end(struct bench *bench)
{
	results_free(&bench->run.results);
	known_free(&bench->run.known);
	guests_free(&bench->run.guests);
	list_free(&bench->run.failed);
	buf_free(&bench->run.lab_error);
	job_free(&bench->job);
}
#define cleanup_bench __attribute__((cleanup(bench_end)))

static struct record *take(struct bench *bench, const struct event *event)
{
	return run_take_event(&bench->run, LANE, &bench->job, event);
}

static struct record *take_result(struct bench *bench, unsigned int number, enum verdict verdict,
				  const char *reason)
{
	cleanup_event struct event event = {
		.kind = EVENT_RESULT,
		.number = number,
		.result = {.verdict = verdict, .reason = text("%s", reason), .ms = 20},
	};

	pairs_set(&event.result.facts, "region[0].size", "0x1000");
	return take(bench, &event);
}

TEST a_result_gets_its_guest_and_outlives_its_event(void)
{
	cleanup_bench struct bench bench;
	const struct event started = {.kind = EVENT_GUEST};
	struct record *record;

	bench_begin(&bench, STOP_NEVER);
	ASSERT_EQ(NULL, take(&bench, &started));
	record = take_result(&bench, 8, VERDICT_PASS, "as it should");
	ASSERT_EQ(&bench.run.results.cases.items[1], record);
	ASSERT_STR_EQ("irq/mask[edu]", record->name);
	ASSERT_EQ(VERDICT_PASS, record->result.verdict);
	ASSERT_STR_EQ("as it should", record->result.reason);
	ASSERT_STR_EQ("0x1000", pairs_get(&record->result.facts, "region[0].size"));
	ASSERT_EQ(20, record->result.ms);
	ASSERT_EQ(1, record->guest);
	ASSERT_EQ(LANE, record->lane);
	ASSERT_EQ(0, bench.run.failed.count);
	PASS();
}

/* A second result replaces the first; a result for an unknown case is ignored. */
TEST result_for_unknown_case_is_ignored(void)
{
	cleanup_bench struct bench bench;

	bench_begin(&bench, STOP_NEVER);
	ASSERT_EQ(NULL, take_result(&bench, 9, VERDICT_FAIL, "who?"));
	ASSERT_EQ(0, bench.run.failed.count);
	take_result(&bench, 7, VERDICT_ERROR, "first");
	take_result(&bench, 7, VERDICT_PASS, "second");
	ASSERT_STR_EQ("second", bench.run.results.cases.items[0].result.reason);
	ASSERT_EQ(NULL, bench.run.results.cases.items[1].result.reason);
	PASS();
}

TEST a_case_that_did_not_run_has_no_guest(void)
{
	cleanup_bench struct bench bench;
	const struct event started = {.kind = EVENT_GUEST};
	const struct record *record;

	bench_begin(&bench, STOP_NEVER);
	take(&bench, &started);
	record = take_result(&bench, 7, VERDICT_MISS, "no guest boots");
	ASSERT_EQ(0, record->guest);
	ASSERT_EQ(0, record->lane);
	PASS();
}

TEST a_known_failure_stops_nothing(void)
{
	cleanup_bench struct bench bench;
	cleanup_buf struct buf why = BUF_INIT;
	char path[] = "/tmp/known.XXXXXX";
	cleanup_close int fd = mkstemp(path);
	static const char list[] = "irq/raise[edu]  # an old one\n";
	int err = write_all(fd, list, strlen(list));

	bench_begin(&bench, STOP_RUN);
	err = err ?: known_read(&bench.run.known, "base", path, &why);
	unlink(path);
	ASSERT_EQm(why.data, 0, err);
	ASSERT_STR_EQ("an old one", take_result(&bench, 7, VERDICT_FAIL, "0")->xfail);
	ASSERT(run_wants(&bench.run, &bench.job));
	take_result(&bench, 8, VERDICT_FAIL, "1");
	ASSERT_FALSE(run_wants(&bench.run, &bench.job));
	PASS();
}

TEST stop_ends_the_kernel_or_the_run(void)
{
	static const struct {
		enum stop stop;
		bool same, other;
	} expected[] = {
		{STOP_NEVER, true, true}, {STOP_KERNEL, false, true}, {STOP_RUN, false, false}};
	const struct job other = {.kernel = (char *)"series"};

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cleanup_bench struct bench bench;

		bench_begin(&bench, expected[i].stop);
		ASSERT(run_wants(&bench.run, &bench.job));
		take_result(&bench, 7, VERDICT_FAIL, "0");
		ASSERT_EQ(expected[i].same, run_wants(&bench.run, &bench.job));
		ASSERT_EQ(expected[i].other, run_wants(&bench.run, &other));
		ASSERT_EQ(expected[i].stop != STOP_NEVER, run_was_stopped(&bench.run));
	}
	PASS();
}

TEST a_boot_is_of_the_lanes_last_guest(void)
{
	cleanup_bench struct bench bench;
	const struct event started = {.kind = EVENT_GUEST};
	const struct event ended = {.kind = EVENT_BOOT, .ms = 900, .end = (char *)"done"};
	const struct guest_record *guest;

	bench_begin(&bench, STOP_NEVER);
	take(&bench, &started);
	take(&bench, &started);
	take(&bench, &ended);
	ASSERT_EQ(2, bench.run.results.guests.count);
	guest = &bench.run.results.guests.items[1];
	ASSERT_STR_EQ("base", guest->kernel);
	ASSERT_STR_EQ("pci", guest->machine);
	ASSERT_STR_EQ("done", guest->end);
	ASSERT_EQ(2, guest->guest);
	ASSERT_EQ(LANE, guest->lane);
	ASSERT_EQ(900, guest->boot_ms);
	PASS();
}

TEST a_note_describes_the_kernel(void)
{
	cleanup_bench struct bench bench;
	const struct event note = {
		.kind = EVENT_NOTE, .key = (char *)"guest", .text = (char *)"Linux 5.10 \xff"};
	const struct event empty = {.kind = EVENT_NOTE};

	bench_begin(&bench, STOP_NEVER);
	take(&bench, &note);
	take(&bench, &note);
	take(&bench, &empty);
	ASSERT_STR_EQ("Linux 5.10 ?", bench.run.results.kernels.items[0].guest);
	PASS();
}

TEST the_end_of_a_job_explains_what_is_left(void)
{
	cleanup_bench struct bench bench;
	const struct event done = {.kind = EVENT_DONE, .error = (char *)"no guest boots"};
	const struct record *records;

	bench_begin(&bench, STOP_NEVER);
	take_result(&bench, 7, VERDICT_PASS, "as it should");
	take(&bench, &done);
	run_miss_rest(&bench.run, 0);
	records = bench.run.results.cases.items;
	ASSERT_STR_EQ("as it should", records[0].result.reason);
	ASSERT_EQ(VERDICT_PASS, records[0].result.verdict);
	ASSERT_STR_EQ("no guest boots", records[1].result.reason);
	ASSERT_EQ(VERDICT_MISS, records[1].result.verdict);
	ASSERT_STR_EQ("no guest boots", bench.run.lab_error.data);
	PASS();
}

/* A guest whose lane or run ended is listed, too. */
TEST ended_guest_has_a_reason(void)
{
	cleanup_bench struct bench bench;
	const struct event started = {.kind = EVENT_GUEST};
	const struct event lost = {.kind = EVENT_DONE, .error = (char *)"the lane was lost"};

	bench_begin(&bench, STOP_RUN);
	take(&bench, &started);
	take(&bench, &lost);
	take(&bench, &started);
	take_result(&bench, 7, VERDICT_FAIL, "0");
	run_miss_rest(&bench.run, 0);
	ASSERT_STR_EQ("the lane was lost", bench.run.results.guests.items[0].end);
	ASSERT_STR_EQ("a case failed before", bench.run.results.guests.items[1].end);
	PASS();
}

TEST case_without_lane_has_a_reason(void)
{
	static const struct {
		enum stop stop;
		int err;
		enum cause cause;
	} expected[] = {
		{STOP_NEVER, -EINTR, CAUSE_INTERRUPTED},
		{STOP_NEVER, -ENOMEM, CAUSE_NOT_STARTED},
		{STOP_RUN, 0, CAUSE_STOPPED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cleanup_bench struct bench bench;

		bench_begin(&bench, expected[i].stop);
		take_result(&bench, 7, VERDICT_FAIL, "0");
		run_miss_rest(&bench.run, expected[i].err);
		ASSERT_STR_EQ(verdict_rules[expected[i].cause].reason,
			      bench.run.results.cases.items[1].result.reason);
	}
	PASS();
}

TEST subtests_become_records(void)
{
	cleanup_bench struct bench bench;
	struct subtest parts[] = {{(char *)"a", VERDICT_PASS, NULL, NULL},
				  {(char *)"b.c", VERDICT_FAIL, (char *)"saw 1", NULL}};
	const struct event event = {
		.kind = EVENT_RESULT,
		.number = 7,
		.result = {.verdict = VERDICT_FAIL, .subtests = {parts, ARRAY_SIZE(parts)}}};
	struct record *record;

	bench_begin(&bench, STOP_NEVER);
	record = take(&bench, &event);
	ASSERT_STR_EQ("irq/raise[edu]", record->name);
	ASSERT_EQ(0, record->result.subtests.count);
	ASSERT_EQ(4, bench.run.results.cases.count);
	record = &bench.run.results.cases.items[3];
	ASSERT_STR_EQ("irq/raise:b.c[edu]", record->name);
	ASSERT_STR_EQ("irq/raise", record_selected(record));
	ASSERT_EQ(VERDICT_FAIL, record->result.verdict);
	ASSERT_STR_EQ("saw 1", record->result.reason);
	ASSERT_EQ(0, record->number);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_result_gets_its_guest_and_outlives_its_event);
	RUN_TEST(result_for_unknown_case_is_ignored);
	RUN_TEST(a_case_that_did_not_run_has_no_guest);
	RUN_TEST(a_known_failure_stops_nothing);
	RUN_TEST(stop_ends_the_kernel_or_the_run);
	RUN_TEST(a_boot_is_of_the_lanes_last_guest);
	RUN_TEST(a_note_describes_the_kernel);
	RUN_TEST(the_end_of_a_job_explains_what_is_left);
	RUN_TEST(ended_guest_has_a_reason);
	RUN_TEST(case_without_lane_has_a_reason);
	RUN_TEST(subtests_become_records);
	GREATEST_MAIN_END();
}
