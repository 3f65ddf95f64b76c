// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cases.h"

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
		"base       pci        reset/flr[flaky]          needs reset=flr; flaky has none\n";
	static const char *const names[] = {
		"base+x/pci irq/raise[edu]",  "base/pci irq/raise[edu]",
		"base+x/pci irq/mask[edu]",   "base+x/pci irq/mask[igb]",
		"base/vf irq/raise[igb-vf0]", "base/pci irq/mask[edu]",
		"base/pci irq/mask[igb]",     "base/pci reset/flr[flaky]",
	};
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQm(why.data, 0, read_text(printed, &choice, &why));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ASSERTm(names[i], json_object_object_get_ex(choice.cases, names[i], NULL));
	ASSERT_EQ(ARRAY_SIZE(names), json_object_object_length(choice.cases));
	PASS();
}

TEST what_else_is_chosen_stays(void)
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
};

TEST what_is_no_case_is_named_with_its_line(const struct bad *bad)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *content = text("base/pci irq/raise[edu]\n%s\n", bad->line);

	ASSERT(read_text(content, &choice, &why) < 0);
	ASSERTm(why.data, strstr(why.data, "line 2: "));
	ASSERTm(why.data, strstr(why.data, bad->why));
	PASS();
}

/* With kernels chosen, the file may name others: they are left out. */
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

static json_object *ran(json_object *results, const char *kernel, const char *scenario,
			enum verdict verdict)
{
	json_object *record = record_new(kernel, "pci", 1, scenario, "edu");

	record_verdict(record, verdict, NULL);
	json_object_array_add(results_part(results, "cases"), record);
	return record;
}

/* Takes RESULTS. */
static int read_failed(json_object *results, struct choice *choice, struct buf *said,
		       struct buf *why)
{
	char folder[] = "/tmp/failed.XXXXXX";
	cleanup_free char *path = NULL;
	int err = mkdtemp(folder) ? 0 : -errno;

	path = text("%s/results.json", folder);
	if (!err && results)
		err = results_write(results, folder);
	json_object_put(results);
	err = err ?: failed_read(folder, &inventory, choice, said, why);
	unlink(path);
	rmdir(folder);
	return err;
}

TEST what_failed_is_chosen_and_nothing_else(void)
{
	json_object *results = results_new();
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf said = BUF_INIT, why = BUF_INIT;

	ran(results, "base", "irq/raise", VERDICT_PASS);
	ran(results, "base", "irq/mask", VERDICT_SKIP);
	record_set(ran(results, "base", "reset/flr", VERDICT_FAIL), "xfail", "known");
	ran(results, "base+x", "irq/raise", VERDICT_FAIL);
	ran(results, "base+x", "irq/raise", VERDICT_FAIL);
	ran(results, "base+x", "irq/mask", VERDICT_ERROR);
	ran(results, "base+x", "reset/flr", VERDICT_MISS);
	ran(results, "base+x", "reset/renamed_since", VERDICT_FAIL);
	ASSERT_EQm(why.data, 0, read_failed(results, &choice, &said, &why));
	ASSERT_EQ(3, json_object_object_length(choice.cases));
	ASSERT(json_object_object_get_ex(choice.cases, "base+x/pci irq/raise[edu]", NULL));
	ASSERT(json_object_object_get_ex(choice.cases, "base+x/pci irq/mask[edu]", NULL));
	ASSERT(json_object_object_get_ex(choice.cases, "base+x/pci reset/flr[edu]", NULL));
	ASSERTm(said.data, strstr(said.data, "3 failed, 1 did not run"));
	ASSERTm(said.data, strstr(said.data, "there is no scenario 'reset/renamed_since'"));
	PASS();
}

TEST an_unlisted_difference_is_run_on_both_kernels(void)
{
	json_object *results = results_new();
	json_object *comparison = json_object_new_object(), *made = json_object_new_object();
	json_object *unlisted = json_object_new_array();
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf said = BUF_INIT, why = BUF_INIT;

	ran(results, "base", "irq/raise", VERDICT_PASS);
	ran(results, "base+x", "irq/raise", VERDICT_PASS);
	record_set(made, "machine", "pci");
	record_set(made, "case", "irq/raise[edu]");
	json_object_array_add(unlisted, made);
	record_set(comparison, "a", "base");
	record_set(comparison, "b", "base+x");
	json_object_object_add(comparison, "unlisted", unlisted);
	json_object_array_add(results_part(results, "comparisons"), comparison);
	ASSERT_EQm(why.data, 0, read_failed(results, &choice, &said, &why));
	ASSERT_EQ(2, json_object_object_length(choice.cases));
	ASSERTm(said.data, strstr(said.data, "1 unlisted difference"));
	PASS();
}

TEST nothing_failed_is_a_line_and_no_case(void)
{
	json_object *results = results_new();
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf said = BUF_INIT, why = BUF_INIT;

	ran(results, "base", "irq/raise", VERDICT_PASS);
	ASSERT_EQm(why.data, 0, read_failed(results, &choice, &said, &why));
	ASSERT_EQ(NULL, choice.cases);
	ASSERTm(said.data, strstr(said.data, "nothing failed in failed."));
	PASS();
}

TEST without_results_there_is_nothing_to_go_by(void)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf said = BUF_INIT, why = BUF_INIT, broken = BUF_INIT;
	json_object *half = json_object_new_object();

	ASSERT_EQ(-ENOENT, read_failed(NULL, &choice, &said, &why));
	ASSERTm(why.data, strstr(why.data, "no earlier run"));
	ASSERT_EQ(-EINVAL, read_failed(json_object_new_object(), &choice, &said, &broken));
	ASSERTm(broken.data, strstr(broken.data, "damaged"));
	json_object_object_add(half, "schema", json_object_new_int(RESULTS_SCHEMA));
	ASSERT_EQ(0, read_failed(half, &choice, &said, &broken));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(every_line_that_is_printed_is_taken);
	RUN_TEST(what_else_is_chosen_stays);
	for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		greatest_set_test_suffix(bad_lines[i].line);
		RUN_TEST1(what_is_no_case_is_named_with_its_line, &bad_lines[i]);
	}
	RUN_TEST(a_kernel_that_is_not_chosen_need_not_be_built);
	RUN_TEST(no_case_at_all_is_refused);
	RUN_TEST(what_failed_is_chosen_and_nothing_else);
	RUN_TEST(an_unlisted_difference_is_run_on_both_kernels);
	RUN_TEST(nothing_failed_is_a_line_and_no_case);
	RUN_TEST(without_results_there_is_nothing_to_go_by);
	GREATEST_MAIN_END();
}
