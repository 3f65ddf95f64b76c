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
	{.name = (char *)"consumer/bind",
	 .needs = (char *)"",
	 .suite = true,
	 .own = true,
	 .image = true},
};

static struct machine_dut duts[] = {
	{.name = (char *)"edu", .vf = -1},
	{.name = (char *)"igb", .vf = -1, .only = (char *)"irq/*"},
};

static struct machine pci = {.name = (char *)"pci",
			     .path = (char *)"/machines/pci.xml",
			     .duts = duts,
			     .dut_count = ARRAY_SIZE(duts)};

/* Only chosen by its name, or with its image. */
static struct machine cloud = {.name = (char *)"cloud",
			       .path = (char *)"/machines/cloud.xml",
			       .image = (char *)"cloud",
			       .duts = duts,
			       .dut_count = ARRAY_SIZE(duts)};

static const struct inventory inventory = {
	.kernels = {.items = (char *[]){(char *)"base", (char *)"series"}, .count = 2},
	.machines = (struct machine *[]){&pci, &cloud},
	.machine_count = 2,
	.catalog = {.scenarios = scenarios, .count = ARRAY_SIZE(scenarios)},
};

/* Scenarios that do not run in every mode; kernels with one mode and with three. */
static struct scenario_info mode_scenarios[] = {
	{.name = (char *)"irq/group", .needs = (char *)"container"},
	{.name = (char *)"irq/match", .needs = (char *)"once"},
	{.name = (char *)"irq/raise", .needs = (char *)""},
};

static struct machine_dut mode_duts[] = {
	{.name = (char *)"edu", .vf = -1, .has = (char *)"iommu"},
	{.name = (char *)"bare", .vf = -1, .has = (char *)"pm"},
};

static struct machine mode_machine = {
	.name = (char *)"pci", .duts = mode_duts, .dut_count = ARRAY_SIZE(mode_duts)};

static const struct inventory with_modes = {
	.kernels = {.items = (char *[]){(char *)"base", (char *)"latest"}, .count = 2},
	.modes = (unsigned int[]){MODE_BIT(MODE_TYPE1), MODE_ALL},
	.machines = (struct machine *[]){&mode_machine},
	.machine_count = 1,
	.catalog = {.scenarios = mode_scenarios, .count = ARRAY_SIZE(mode_scenarios)},
};

static const struct settings settings = {
	.top = "/nonexistent", .out = "/nonexistent", .version = "1"};

static int make(const struct choice *choice, enum job_kind kind, struct plan *plan, struct buf *why)
{
	return plan_make(&settings, &inventory, choice, kind, NULL, plan, why);
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

/* The image is not built; a kernel without a configuration is not refused before that. */
TEST machine_with_an_image_needs_it(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_choice struct choice image = {.lanes = 1, .accel = "tcg", .image = "cloud"};
	cleanup_buf struct buf named = BUF_INIT, chosen = BUF_INIT;
	cleanup_plan struct plan plan = {0}, other = {0};

	list_add(&choice.machines, "cloud");
	ASSERT_EQ(-ENOENT, make(&choice, JOB_CASES, &plan, &named));
	ASSERT(strstr(named.data, "run make image IMAGE=cloud"));
	ASSERT_EQ(-ENOENT, make(&image, JOB_CASES, &other, &chosen));
	ASSERT(strstr(chosen.data, "run make image IMAGE=cloud"));
	PASS();
}

TEST scenarios_of_the_image_run_in_it_alone(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_choice struct choice machine = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT, other_why = BUF_INIT;
	cleanup_plan struct plan plan = {0}, other = {0};

	list_add(&choice.scenarios, "consumer");
	ASSERT_EQ(-ENOENT, make(&choice, JOB_CASES, &plan, &why));
	ASSERT(strstr(why.data, "set IMAGE=cloud"));
	list_add(&machine.scenarios, "irq");
	list_add(&machine.machines, "cloud");
	ASSERT_EQ(-ENOENT, make(&machine, JOB_CASES, &other, &other_why));
	ASSERT(strstr(other_why.data, "choose consumer"));
	PASS();
}

static int make_with_modes(const struct choice *choice, struct plan *plan, struct buf *why)
{
	return plan_make(&settings, &with_modes, choice, JOB_CASES, NULL, plan, why);
}

/* Scenarios that need a container, or run once, are not planned in every mode. */
TEST cases_come_by_mode_within_a_dut(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *base = NULL, *latest = NULL;

	list_add(&choice.kernels, "*");
	list_add(&choice.duts, "edu");
	ASSERT_EQm(why.data, 0, make_with_modes(&choice, &plan, &why));
	ASSERT_EQ(2, plan.count);
	ASSERT_STR_EQ("base", plan.jobs[1].kernel);
	base = cases_of(&plan.jobs[1]);
	latest = cases_of(&plan.jobs[0]);
	ASSERT_STR_EQ("1.1:irq/group[edu] 2.1:irq/match[edu] 3.1:irq/raise[edu]", base);
	ASSERT_STR_EQ("1.1:irq/group[edu] 2.1:irq/match[edu] 3.1:irq/raise[edu] "
		      "4.1:irq/group[edu,compat] 5.1:irq/raise[edu,compat] "
		      "6.1:irq/raise[edu,cdev]",
		      latest);
	PASS();
}

TEST device_without_iommu_has_no_cdev(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *cases = NULL;

	list_add(&choice.kernels, "latest");
	list_add(&choice.duts, "bare");
	list_add(&choice.scenarios, "irq/raise");
	ASSERT_EQm(why.data, 0, make_with_modes(&choice, &plan, &why));
	cases = cases_of(&plan.jobs[0]);
	ASSERT_STR_EQ("1.1:irq/raise[bare] 2.1:irq/raise[bare,compat]", cases);
	ASSERT_EQ(1, plan.refusals.count);
	ASSERT_EQ(MODE_CDEV, plan.refusals.items[0].mode);
	ASSERT_STR_EQ("needs iommu; bare,cdev has no iommu", plan.refusals.items[0].why);
	PASS();
}

/* What a scenario needs of the mode rules out cases; the rest of the refusals is given once. */
TEST chosen_modes_are_planned(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *cases = NULL;

	list_add(&choice.kernels, "*");
	list_add(&choice.duts, "edu");
	list_add(&choice.modes, "c*");
	list_add(&choice.modes, "!compat");
	ASSERT_EQm(why.data, 0, make_with_modes(&choice, &plan, &why));
	ASSERT_EQ(1, plan.count);
	cases = cases_of(&plan.jobs[0]);
	ASSERT_STR_EQ("1.1:irq/raise[edu,cdev]", cases);
	PASS();
}

TEST mode_that_no_kernel_has_is_an_error(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};

	list_add(&choice.kernels, "base");
	list_add(&choice.modes, "cdev");
	ASSERT_EQ(-ENOENT, make_with_modes(&choice, &plan, &why));
	ASSERTm(why.data, strstr(why.data, "mode of the chosen kernels"));
	ASSERTm(why.data, strstr(why.data, "type1"));
	PASS();
}

TEST named_cases_have_a_mode(void)
{
	cleanup_choice struct choice choice = {.lanes = 1, .accel = "tcg"};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_free char *cases = NULL;
	static const struct {
		const char *kernel, *place, *why;
	} bad[] = {
		{"base", "edu,cdev", "kernel base does not have mode cdev"},
		{"latest", "edu,cdef", "there is no mode 'cdef': there is type1 compat cdev"},
	};

	ASSERT_EQ(0, named_add(&with_modes, &choice, "latest", "pci", "irq/raise", "edu,compat",
			       &why));
	ASSERT_EQm(why.data, 0, make_with_modes(&choice, &plan, &why));
	cases = cases_of(&plan.jobs[0]);
	ASSERT_STR_EQ("1.1:irq/raise[edu,compat]", cases);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_buf struct buf wrong = BUF_INIT;

		ASSERT_EQ(-ENOENT, named_add(&with_modes, &choice, bad[i].kernel, "pci",
					     "irq/raise", bad[i].place, &wrong));
		ASSERT_STR_EQ(bad[i].why, wrong.data);
	}
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
	ASSERT_EQ(JOB_PROBE, plan.jobs[0].kind);
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
	RUN_TEST(machine_with_an_image_needs_it);
	RUN_TEST(scenarios_of_the_image_run_in_it_alone);
	RUN_TEST(cases_come_by_family_and_dut);
	RUN_TEST(cases_come_by_mode_within_a_dut);
	RUN_TEST(device_without_iommu_has_no_cdev);
	RUN_TEST(chosen_modes_are_planned);
	RUN_TEST(mode_that_no_kernel_has_is_an_error);
	RUN_TEST(named_cases_have_a_mode);
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
