// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/plan.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "runner/plan/named.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/stat.h>

static void drop_choice(struct choice *choice)
{
	choice_free(choice);
}
#define cleanup_choice __attribute__((cleanup(drop_choice)))

static struct scenario_info scenarios[] = {
	{.name = (char *)"irq/mask", .needs = (char *)""},
	{.name = (char *)"irq/raise", .needs = (char *)""},
	{.name = (char *)"reset/flr", .needs = (char *)""},
};

static struct machine_dut duts[] = {
	{.name = (char *)"edu", .vf = -1},
	{.name = (char *)"igb", .vf = -1, .only = (char *)"irq/*"},
};

static struct machine pci = {.name = (char *)"pci",
			     .path = (char *)"/machines/pci.xml",
			     .duts = duts,
			     .dut_count = ARRAY_SIZE(duts)};

static const struct inventory inventory = {
	.kernels = {.items = (char *[]){(char *)"base", (char *)"series"}, .count = 2},
	.machines = (struct machine *[]){&pci},
	.machine_count = 1,
	.catalog = {.scenarios = scenarios, .count = ARRAY_SIZE(scenarios)},
};

static const struct settings settings = {
	.top = "/nonexistent", .out = "/nonexistent", .version = "1"};

static int make(const struct choice *choice, enum job_mode mode, struct plan *plan, struct buf *why)
{
	return plan_make(&settings, &inventory, choice, mode, NULL, plan, why);
}

/* Returns the numbers, attempts and names of JOB's cases, a word each. */
static char *cases_of(const struct job *job)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < job->cases.count; i++) {
		const struct job_case *each = &job->cases.items[i];

		buf_printf(&words, "%s%u.%u:%s", i ? " " : "", each->number, each->attempt,
			   each->name);
	}
	return buf_steal(&words);
}

TEST cases_come_by_family_and_dut(void)
{
	const struct choice choice = {.lanes = 1, .accel = "tcg", .timeout = 7};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *cases = NULL;

	ASSERT_EQm(why.data, 0, make(&choice, JOB_CASES, &plan, &why));
	ASSERT_EQ(2, plan.count);
	ASSERT_EQ(10, plan.cases);
	cases = cases_of(&plan.jobs[0]);
	ASSERT_STR_EQ("1.1:irq/mask[edu] 2.1:irq/raise[edu] 3.1:irq/mask[igb] "
		      "4.1:irq/raise[igb] 5.1:reset/flr[edu]",
		      cases);
	ASSERT_EQ(5, plan.jobs[0].total);
	ASSERT_EQ(7000, plan.jobs[0].deadline_ms);
	ASSERT_STR_EQ("/nonexistent/kernels/base/vmlinux", plan.jobs[0].vmlinux);
	PASS();
}

TEST a_refusal_is_kept_once_for_all_kernels(void)
{
	const struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	ASSERT_EQm(why.data, 0, make(&choice, JOB_CASES, &plan, &why));
	ASSERT_EQ(1, plan.refusals.count);
	ASSERT_STR_EQ("igb", plan.refusals.items[0].dut->name);
	ASSERT_STR_EQ("reset/flr", plan.refusals.items[0].scenario->name);
	PASS();
}

TEST without_a_case_the_refusal_says_why(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	list_add(&choice.scenarios, "reset");
	list_add(&choice.duts, "igb");
	ASSERT_EQm(why.data, 0, make(&choice, JOB_CASES, &plan, &why));
	ASSERT_EQ(0, plan.count);
	ASSERT_EQ(-ENOENT, plan_require_cases(&plan, &choice, &why));
	ASSERTm(why.data, strstr(why.data, "no case is left: reset/flr on igb of machine pci: "));
	PASS();
}

/* FAILED=1 DUTS=igb after a run in which cases of edu failed. */
TEST named_cases_that_are_all_excluded_are_counted(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	*array_add(&choice.cases) = (struct named_case){
		.kernel = text("base"),
		.machine = text("pci"),
		.scenario = text("irq/mask"),
		.dut = text("edu"),
	};
	list_add(&choice.duts, "igb");
	ASSERT_EQm(why.data, 0, make(&choice, JOB_CASES, &plan, &why));
	ASSERT_EQ(-ENOENT, plan_require_cases(&plan, &choice, &why));
	ASSERTm(why.data, strstr(why.data, "exclude all 1 of the cases that failed or are named"));
	PASS();
}

TEST attempts_follow_each_other_in_reverse_too(void)
{
	cleanup_choice struct choice choice = {
		.lanes = 1, .accel = "tcg", .reverse = true, .repeat = 2};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *cases = NULL;

	list_add(&choice.scenarios, "irq");
	list_add(&choice.duts, "edu");
	ASSERT_EQm(why.data, 0, make(&choice, JOB_CASES, &plan, &why));
	cases = cases_of(&plan.jobs[0]);
	ASSERT_STR_EQ("1.1:irq/raise[edu] 2.2:irq/raise[edu] 3.1:irq/mask[edu] "
		      "4.2:irq/mask[edu]",
		      cases);
	PASS();
}

TEST too_many_attempts_are_refused(void)
{
	const struct choice choice = {.lanes = 1, .accel = "tcg", .repeat = JOB_CASES_MAX};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	ASSERT_EQ(-E2BIG, make(&choice, JOB_CASES, &plan, &why));
	ASSERTm(why.data, strstr(why.data, "REPEAT=100000 makes 500000 cases"));
	PASS();
}

TEST only_named_cases_run_if_there_are_any(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *first = NULL, *second = NULL;

	/* Kernels in the order of their first mention; a case that is named twice runs once. */
	ASSERT_EQ(0, named_add(&inventory, &choice, "series", "pci", "reset/flr", "edu", &why));
	ASSERT_EQ(0, named_add(&inventory, &choice, "base", "pci", "irq/mask", "igb", &why));
	ASSERT_EQ(0, named_add(&inventory, &choice, "base", "pci", "irq/mask", "igb", &why));
	ASSERT_EQ(2, choice.cases.count);
	ASSERT_EQm(why.data, 0, make(&choice, JOB_CASES, &plan, &why));
	ASSERT_EQ(2, plan.count);
	ASSERT_STR_EQ("series", plan.kernels.items[0]);
	first = cases_of(&plan.jobs[0]);
	second = cases_of(&plan.jobs[1]);
	ASSERT_STR_EQ("1.1:reset/flr[edu]", first);
	ASSERT_STR_EQ("1.1:irq/mask[igb]", second);
	PASS();
}

TEST a_probe_has_the_guests_and_no_cases(void)
{
	const struct choice choice = {.lanes = 1, .accel = "tcg", .repeat = 3};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	ASSERT_EQm(why.data, 0, make(&choice, JOB_PROBE, &plan, &why));
	ASSERT_EQ(2, plan.count);
	ASSERT_EQ(0, plan.cases);
	ASSERT_EQ(JOB_PROBE, plan.jobs[0].mode);
	ASSERT_EQ(0, plan.jobs[0].cases.count);
	PASS();
}

/* Remove FOLDER/NAME. */
static void drop(const char *folder, const char *name)
{
	cleanup_free char *path = text("%s/%s", folder, name);

	rmdir(path);
}

TEST parts_share_their_streams(void)
{
	char folder[] = "/tmp/arrange.XXXXXX";
	cleanup_plan struct plan plan = {0};
	cleanup_free char *streams = NULL, *console = NULL;
	struct stat made = {0};
	int err;

	ASSERT(mkdtemp(folder));
	for (unsigned int part = 0; part < 2; part++) {
		struct job *job = plan_add_job(&plan);

		job->kernel = text("base");
		job->machine = text("pci");
		job->part = part;
	}
	err = plan_place(&plan, folder);
	streams = text("%s/base/pci.streams", folder);
	console = text("%s/base/pci.2.console", folder);
	stat(streams, &made);
	drop(folder, "base/pci.streams");
	drop(folder, "base");
	drop(folder, "");
	ASSERT_EQ(0, err);
	ASSERT(S_ISDIR(made.st_mode));
	ASSERT_STR_EQ(streams, plan.jobs[0].streams);
	ASSERT_STR_EQ(streams, plan.jobs[1].streams);
	ASSERT_STR_EQ(console, plan.jobs[1].console);
	ASSERT(strstr(plan.jobs[0].console, "/base/pci.console"));
	ASSERT(strstr(plan.jobs[1].kept, "/base/pci.2.kept"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(cases_come_by_family_and_dut);
	RUN_TEST(a_refusal_is_kept_once_for_all_kernels);
	RUN_TEST(without_a_case_the_refusal_says_why);
	RUN_TEST(named_cases_that_are_all_excluded_are_counted);
	RUN_TEST(attempts_follow_each_other_in_reverse_too);
	RUN_TEST(too_many_attempts_are_refused);
	RUN_TEST(only_named_cases_run_if_there_are_any);
	RUN_TEST(a_probe_has_the_guests_and_no_cases);
	RUN_TEST(parts_share_their_streams);
	GREATEST_MAIN_END();
}
