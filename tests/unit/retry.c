// SPDX-License-Identifier: GPL-2.0-only
/* Planning the cases to run again (RETRY=). */
#include "runner/cli/run.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char folder[32];
	struct run run;
	struct plan retry;
};

static void tear_down(struct fixture *f)
{
	cleanup_free char *remove = text("rm -rf %s", f->folder);

	results_free(&f->run.results);
	plan_free(&f->run.plan);
	plan_free(&f->retry);
	if (system(remove))
		abort();
}

/* A job of three cases, which becomes part PART of MACHINE. */
static void add_job(struct fixture *f, const char *machine, unsigned int part)
{
	static const char *const scenarios[] = {"bind/a", "bind/b", "bind/c"};
	struct job *job = plan_add_job(&f->run.plan);

	job->kernel = text("base");
	job->machine = text("%s", machine);
	job->part = part;
	for (unsigned int i = 0; i < ARRAY_SIZE(scenarios); i++)
		job_add(job, 3 * part + i + 1, scenarios[i], part ? "igb" : "edu", MODE_TYPE1);
}

static void set_up(struct fixture *f)
{
	if (!mkdtemp(f->folder))
		abort();
	f->run.folder = f->folder;
	add_job(f, "pci", 1);
	add_job(f, "sriov", 0);
	add_job(f, "pci", 0);
	if (plan_place(&f->run.plan, f->folder))
		abort();
	run_add_cases(&f->run, &f->run.plan);
	for (size_t i = 0; i < f->run.results.cases.count; i++)
		f->run.results.cases.items[i].result.verdict = VERDICT_PASS;
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f = {.folder = "/tmp/retry.XXXXXX"};    \
	set_up(&f)

TEST nothing_that_passed_runs_again(void)
{
	FIXTURE;

	f.run.results.cases.items[0].result.verdict = VERDICT_SKIP;
	f.run.results.cases.items[1].result.verdict = VERDICT_MISS;
	f.run.results.cases.items[2].result.verdict = VERDICT_FAIL;
	f.run.results.cases.items[2].xfail = text("known");
	ASSERT_EQ(0, run_plan_retry(&f.run, 1, &f.retry));
	ASSERT_EQ(0, f.retry.count);
	ASSERT_EQ(9, f.run.results.cases.count);
	PASS();
}

TEST failed_cases_are_retried_in_a_separate_part(void)
{
	FIXTURE;
	const struct record *record;
	const struct job *job;

	f.run.results.cases.items[0].result.verdict = VERDICT_FAIL;
	f.run.results.cases.items[7].result.verdict = VERDICT_ERROR;
	ASSERT_EQ(0, run_plan_retry(&f.run, 1, &f.retry));
	ASSERT_EQ(1, f.retry.count);
	ASSERT_EQ(2, f.retry.cases);
	job = &f.retry.jobs[0];
	ASSERT_STR_EQ("pci", job->machine);
	ASSERT_EQ(2, job->part);
	ASSERT(strstr(job->console, "/base/pci.3.console"));
	ASSERT_EQ(2, job->cases.count);
	ASSERT_STR_EQ("bind/a[igb]", job->cases.items[0].name);
	/* Numbers continue after those of the run, and each attempt has a record. */
	ASSERT_EQ(7, job->cases.items[0].number);
	ASSERT_EQ(8, job->cases.items[1].number);
	ASSERT_EQ(2, job->cases.items[1].attempt);
	record = &f.run.results.cases.items[job->cases.items[1].record];
	ASSERT_STR_EQ("bind/b[edu]", record->name);
	ASSERT_EQ(2, record->attempt);
	ASSERT_EQ(VERDICT_MISS, record->result.verdict);
	PASS();
}

TEST each_machine_has_a_guest(void)
{
	FIXTURE;

	f.run.results.cases.items[0].result.verdict = VERDICT_FAIL;
	f.run.results.cases.items[4].result.verdict = VERDICT_FAIL;
	ASSERT_EQ(0, run_plan_retry(&f.run, 1, &f.retry));
	ASSERT_EQ(2, f.retry.count);
	ASSERT_STR_EQ("sriov", f.retry.jobs[1].machine);
	ASSERT_EQ(1, f.retry.jobs[1].part);
	ASSERT_EQ(4, f.retry.jobs[1].cases.items[0].number);
	PASS();
}

/* A case that passed in the first round is flaky, not failed; one that failed runs again. */
TEST a_second_round_has_what_failed_twice(void)
{
	FIXTURE;
	struct plan again = {0};
	struct records *cases = &f.run.results.cases;

	cases->items[0].result.verdict = VERDICT_FAIL;
	cases->items[1].result.verdict = VERDICT_FAIL;
	ASSERT_EQ(0, run_plan_retry(&f.run, 1, &f.retry));
	cases->items[9].result.verdict = VERDICT_PASS;
	cases->items[10].result.verdict = VERDICT_FAIL;
	ASSERT_EQ(0, run_plan_retry(&f.run, 2, &again));
	ASSERT_EQ(1, again.cases);
	ASSERT_EQ(3, again.jobs[0].cases.items[0].attempt);
	ASSERT_EQ(9, again.jobs[0].cases.items[0].number);
	ASSERT_EQ(3, again.jobs[0].part);
	plan_free(&again);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(nothing_that_passed_runs_again);
	RUN_TEST(failed_cases_are_retried_in_a_separate_part);
	RUN_TEST(each_machine_has_a_guest);
	RUN_TEST(a_second_round_has_what_failed_twice);
	GREATEST_MAIN_END();
}
