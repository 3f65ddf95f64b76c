// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cases.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/results.h"
#include "runner/cli/failed.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

static void drop_choice(struct choice *choice)
{
	choice_free(choice);
}
#define cleanup_choice __attribute__((cleanup(drop_choice)))

static struct scenario_info scenarios[] = {
	{.name = (char *)"irq/raise", .needs = (char *)""},
	{.name = (char *)"irq/mask", .needs = (char *)""},
	{.name = (char *)"reset/flr", .needs = (char *)""},
};

static struct machine_dut pci_duts[] = {
	{.name = (char *)"edu", .vf = -1},
	{.name = (char *)"igb", .vf = -1},
	{.name = (char *)"flaky", .vf = -1, .only = (char *)"reset/*"},
};

static struct machine_dut vf_duts[] = {{.name = (char *)"igb-vf0", .vf = 0}};

static struct machine pci = {
	.name = (char *)"pci", .duts = pci_duts, .dut_count = ARRAY_SIZE(pci_duts)};
static struct machine vf = {
	.name = (char *)"vf", .duts = vf_duts, .dut_count = ARRAY_SIZE(vf_duts)};

/* Two kernels, two machines, three scenarios. */
static const struct inventory inventory = {
	.kernels = {.items = (char *[]){(char *)"base", (char *)"base+x"}, .count = 2},
	.modes = (unsigned int[]){MODE_BIT(MODE_TYPE1), MODE_ALL},
	.machines = (struct machine *[]){&pci, &vf},
	.machine_count = 2,
	.catalog = {.scenarios = scenarios, .count = ARRAY_SIZE(scenarios)},
};

static int read_text(const char *content, struct choice *choice, struct buf *why)
{
	char path[] = "/tmp/cases.XXXXXX";
	cleanup_close int fd = mkstemp(path);
	int err = write_all(fd, content, strlen(content))
			  ?: cases_read(path, &inventory, choice, why);

	unlink(path);
	return err;
}

/* Returns true if NAME, "KERNEL/MACHINE SCENARIO[DUT]", is among the cases that CHOICE names. */
static bool is_chosen(const struct choice *choice, const char *name)
{
	for (size_t i = 0; i < choice->cases.count; i++) {
		const struct named_case *named = &choice->cases.items[i];
		cleanup_free char *its = case_name(named->scenario, named->dut, named->mode);
		cleanup_free char *whole = text("%s/%s %s", named->kernel, named->machine, its);

		if (!strcmp(whole, name))
			return true;
	}
	return false;
}

TEST every_line_that_is_printed_is_taken(void)
{
	static const char printed[] =
		"# what failed\n"
		"\n"
		"base+x/pci irq/raise[edu]\n"
		"FAIL  base/pci  irq/raise[edu]\n"
		"      expected 1, got 2   scenarios/irq/raise.c:21\n"
		"      again: make lab-run KERNELS=base\n"
		"  REGRESSION  base+x/pci  irq/mask[edu igb]\r\n"
		"MISS   base/vf   irq/raise[igb-vf0] and 20 more cases did not run\n"
		"lane 3  base/pci      FAIL  irq/mask[edu]: expected 1, got 2\n"
		"lane 1  base/pci      begins  irq/mask[igb]\n"
		"base       pci        reset/flr[flaky]          needs reset=flr; flaky has none\n"
		"FAIL  base+x/vf  irq/mask[igb-vf0,compat igb-vf0]\n";
	static const char *const names[] = {
		"base+x/pci irq/raise[edu]",   "base/pci irq/raise[edu]",
		"base+x/pci irq/mask[edu]",    "base+x/pci irq/mask[igb]",
		"base/vf irq/raise[igb-vf0]",  "base/pci irq/mask[edu]",
		"base/pci irq/mask[igb]",      "base/pci reset/flr[flaky]",
		"base+x/vf irq/mask[igb-vf0]", "base+x/vf irq/mask[igb-vf0,compat]",
	};
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQm(why.data, 0, read_text(printed, &choice, &why));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ASSERTm(names[i], is_chosen(&choice, names[i]));
	ASSERT_EQ(ARRAY_SIZE(names), choice.cases.count);
	PASS();
}

TEST other_choices_are_kept(void)
{
	cleanup_choice struct choice choice = {.lanes = 2, .stop = STOP_KERNEL, .reverse = true};
	cleanup_buf struct buf why = BUF_INIT;

	list_add(&choice.scenarios, "irq");
	ASSERT_EQm(why.data, 0, read_text("base/pci reset/flr[edu]\n", &choice, &why));
	ASSERT_EQ(1, choice.scenarios.count);
	ASSERT_EQ(0, choice.kernels.count);
	ASSERT_EQ(2, choice.lanes);
	ASSERT_EQ(STOP_KERNEL, choice.stop);
	ASSERT(choice.reverse);
	PASS();
}

struct bad {
	const char *line;
	const char *why;
};

static const struct bad bad_lines[] = {
	{"base/pci irq/raise", "is not KERNEL/MACHINE SCENARIO[DUT]"},
	{"base/pci", "is not"},
	{"base irq/raise[edu]", "is not"},
	{"/pci irq/raise[edu]", "is not"},
	{"base/ irq/raise[edu]", "is not"},
	{"base/pci irq/raise[edu", "is not"},
	{"base/pci [edu]", "is not"},
	{"base/pci irq/raise[]", "is not"},
	{"base/pci irq/raise[edu]x", "is not"},
	{"irq/raise[edu]", "is not"},
	{"  base/pci irq/raise", "is not"},
	{"nothing of the kind", "is not"},
	{"base/pci irq/rise[edu]", "there is no scenario 'irq/rise': did you mean irq/raise"},
	{"base/pic irq/raise[edu]", "there is no machine 'pic': there is pci vf"},
	{"base/pci irq/raise[edo]", "there is no DUT of machine pci 'edo'"},
	{"base/pci irq/raise[flaky]",
	 "machine pci does not use its DUT flaky for scenario irq/raise"},
	{"6.1/pci irq/raise[edu]", "'6.1'"},
	{"base/pci irq/raise[edu,cdev]", "kernel base does not have mode cdev"},
	{"base/pci irq/raise[edu,typ1]", "there is no mode 'typ1'"},
};

TEST invalid_line_is_reported_with_its_number(const struct bad *bad)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *content = text("base/pci irq/raise[edu]\n%s\n", bad->line);

	ASSERT(read_text(content, &choice, &why) < 0);
	ASSERTm(why.data, strstr(why.data, "line 2: "));
	ASSERTm(why.data, strstr(why.data, bad->why));
	PASS();
}

/* If kernels are selected, cases of other kernels in the file are ignored. */
TEST a_kernel_that_is_not_chosen_need_not_be_built(void)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;

	list_add(&choice.kernels, "base");
	ASSERT_EQm(why.data, 0,
		   read_text("6.1/pci irq/raise[edu]\nbase/pci irq/raise[edu]\n", &choice, &why));
	PASS();
}

TEST no_case_at_all_is_refused(void)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-EINVAL, read_text("\n", &choice, &why));
	PASS();
}

static struct record *ran(struct results *results, const char *kernel, const char *scenario,
			  enum verdict verdict)
{
	struct record *record = array_add(&results->cases);

	*record = (struct record){
		.kernel = text("%s", kernel),
		.machine = text("pci"),
		.name = text("%s[edu]", scenario),
		.scenario = text("%s", scenario),
		.dut = text("edu"),
		.result.verdict = verdict,
	};
	return record;
}

/* Run failed_read() on a results.json with CONTENT; NULL: without the file. */
static int read_failed_text(const char *content, struct choice *choice, struct buf *output,
			    struct buf *why)
{
	char folder[] = "/tmp/failed.XXXXXX";
	cleanup_free char *path = NULL;
	int err = mkdtemp(folder) ? 0 : -errno;

	path = text("%s/results.json", folder);
	if (!err && content)
		err = file_write(path, content, strlen(content));
	err = err ?: failed_read(folder, &inventory, choice, output, why);
	unlink(path);
	rmdir(folder);
	return err;
}

static int read_failed(struct results *results, struct choice *choice, struct buf *output,
		       struct buf *why)
{
	cleanup_free char *content = NULL;

	results->schema = RESULTS_SCHEMA;
	content = json_write(&results_type, results, true);
	return read_failed_text(content, choice, output, why);
}

TEST only_failed_cases_are_chosen(void)
{
	cleanup_results struct results results = {0};
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf output = BUF_INIT, why = BUF_INIT;

	ran(&results, "base", "irq/raise", VERDICT_PASS);
	ran(&results, "base", "irq/mask", VERDICT_SKIP);
	ran(&results, "base", "reset/flr", VERDICT_FAIL)->xfail = text("known");
	ran(&results, "base+x", "irq/raise", VERDICT_FAIL);
	ran(&results, "base+x", "irq/raise", VERDICT_FAIL);
	ran(&results, "base+x", "irq/mask", VERDICT_ERROR);
	ran(&results, "base+x", "reset/flr", VERDICT_MISS);
	ran(&results, "base+x", "reset/renamed_since", VERDICT_FAIL);
	ASSERT_EQm(why.data, 0, read_failed(&results, &choice, &output, &why));
	ASSERT_EQ(3, choice.cases.count);
	ASSERT(is_chosen(&choice, "base+x/pci irq/raise[edu]"));
	ASSERT(is_chosen(&choice, "base+x/pci irq/mask[edu]"));
	ASSERT(is_chosen(&choice, "base+x/pci reset/flr[edu]"));
	ASSERTm(output.data, strstr(output.data, "3 failed, 1 did not run"));
	ASSERTm(output.data, strstr(output.data, "there is no scenario 'reset/renamed_since'"));
	PASS();
}

TEST an_unlisted_difference_is_run_on_both_kernels(void)
{
	cleanup_results struct results results = {0};
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf output = BUF_INIT, why = BUF_INIT;
	struct comparison *comparison = array_add(&results.comparisons);
	struct difference *made = array_add(&comparison->of[DIFFERENCE_UNLISTED]);

	made->fact = text("irq");
	ran(&results, "base", "irq/raise", VERDICT_PASS);
	ran(&results, "base+x", "irq/raise", VERDICT_PASS);
	made->machine = text("pci");
	made->name = text("irq/raise[edu]");
	comparison->a = text("base");
	comparison->b = text("base+x");
	ASSERT_EQm(why.data, 0, read_failed(&results, &choice, &output, &why));
	ASSERT_EQ(2, choice.cases.count);
	ASSERTm(output.data, strstr(output.data, "1 unlisted difference"));
	PASS();
}

TEST only_leaks_that_are_news_are_run_again(void)
{
	cleanup_results struct results results = {0};
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf output = BUF_INIT, why = BUF_INIT;
	static const char *const names[] = {"irq/raise[edu]", "irq/mask[edu]", NULL};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		*array_add(&results.leaks) = (struct leak){
			.kernel = text("base"),
			.machine = text("pci"),
			.name = names[i] ? text("%s", names[i]) : NULL,
			.known = i == 1 ? text("an old one") : NULL,
		};
	}
	ASSERT_EQm(why.data, 0, read_failed(&results, &choice, &output, &why));
	ASSERT_EQ(1, choice.cases.count);
	ASSERT(is_chosen(&choice, "base/pci irq/raise[edu]"));
	PASS();
}

TEST nothing_failed_is_a_line_and_no_case(void)
{
	cleanup_results struct results results = {0};
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf output = BUF_INIT, why = BUF_INIT;

	ran(&results, "base", "irq/raise", VERDICT_PASS);
	ASSERT_EQm(why.data, 0, read_failed(&results, &choice, &output, &why));
	ASSERT_EQ(0, choice.cases.count);
	ASSERTm(output.data, strstr(output.data, "nothing failed in failed."));
	PASS();
}

TEST without_results_there_is_nothing_to_go_by(void)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf output = BUF_INIT, why = BUF_INIT, broken = BUF_INIT;

	ASSERT_EQ(-ENOENT, read_failed_text(NULL, &choice, &output, &why));
	ASSERTm(why.data, strstr(why.data, "no earlier run"));
	ASSERT_EQ(-EINVAL, read_failed_text("{}", &choice, &output, &broken));
	ASSERTm(broken.data, strstr(broken.data, "damaged"));
	ASSERT_EQ(0, read_failed_text("{\"schema\": 1}", &choice, &output, &broken));
	PASS();
}

/* Users may edit the file. */
TEST a_case_without_a_name_is_refused(void)
{
	static const char content[] = "{\"schema\": 1, \"cases\": [{\"verdict\": \"FAIL\"}],"
				      " \"comparisons\": [{\"unlisted\": [{}]}], \"leaks\": [{}]}";
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf output = BUF_INIT, why = BUF_INIT;

	ASSERT_EQ(-EINVAL, read_failed_text(content, &choice, &output, &why));
	ASSERTm(why.data, strstr(why.data, "damaged"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(every_line_that_is_printed_is_taken);
	RUN_TEST(other_choices_are_kept);
	for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		greatest_set_test_suffix(bad_lines[i].line);
		RUN_TEST1(invalid_line_is_reported_with_its_number, &bad_lines[i]);
	}
	RUN_TEST(a_kernel_that_is_not_chosen_need_not_be_built);
	RUN_TEST(no_case_at_all_is_refused);
	RUN_TEST(only_failed_cases_are_chosen);
	RUN_TEST(an_unlisted_difference_is_run_on_both_kernels);
	RUN_TEST(only_leaks_that_are_news_are_run_again);
	RUN_TEST(nothing_failed_is_a_line_and_no_case);
	RUN_TEST(without_results_there_is_nothing_to_go_by);
	RUN_TEST(a_case_without_a_name_is_refused);
	GREATEST_MAIN_END();
}
