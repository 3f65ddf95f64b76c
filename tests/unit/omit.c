// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is not planned for want of a driver: machines whose guests could only skip their cases, and
 * scenarios of another driver.
 */
#include "runner/plan/omit.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/fit.h"

#include <errno.h>
#include <greatest.h>
#include <stdlib.h>
#include <string.h>

static struct scenario_info scenarios[] = {{.name = (char *)"move/save", .needs = (char *)""}};

static struct machine_dut plain_duts[] = {{.name = (char *)"edu", .vf = -1}};

static struct machine_dut card_duts[] = {
	{.name = (char *)"card", .vf = -1, .driver = (char *)"card_vfio_pci"}};

static struct machine_dut mixed_duts[] = {
	{.name = (char *)"first", .vf = -1, .driver = (char *)"card-vfio-pci"},
	{.name = (char *)"second", .vf = -1}};

/* Two DUTs, each of which needs something else that the kernel cannot have. */
static struct machine_dut needy_duts[] = {
	{.name = (char *)"needy", .vf = -1, .module = (char *)"card-vfio-pci"},
	{.name = (char *)"needier",
	 .vf = -1,
	 .module = (char *)"here",
	 .driver = (char *)"other-vfio-pci"}};

#define MACHINE(id)                                                                                \
	{.name = (char *)#id,                                                                      \
	 .path = (char *)"/machines/" #id ".xml",                                                  \
	 .duts = id##_duts,                                                                        \
	 .dut_count = ARRAY_SIZE(id##_duts)}

static struct machine plain = MACHINE(plain), card = MACHINE(card), mixed = MACHINE(mixed),
		      needy = MACHINE(needy);

static const struct inventory inventory = {
	.kernels = {.items = (char *[]){(char *)"new", (char *)"new+mine", (char *)"old",
					(char *)"old+mine"},
		    .count = 4},
	.machines = (struct machine *[]){&plain, &card, &mixed, &needy},
	.machine_count = 4,
	.catalog = {.scenarios = scenarios, .count = ARRAY_SIZE(scenarios)},
};

static void write_file(const char *out, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/kernels/%s", out, name);
	cleanup_free char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);

	make_folders(folder);
	file_write(path, content, strlen(content));
}

/* The kernels of the tree "old" cannot have the driver; those of "new" as WITHOUT says. */
static void write_kernels(const char *out, const char *without, const char *without_mine)
{
	write_file(out, "old/meta", "tree = old\n");
	write_file(out, "old+mine/meta", "tree = old\n");
	write_file(out, "new/meta", "tree = new\n");
	write_file(out, "new+mine/meta", "tree = new\n");
	write_file(out, "old.without", "card-vfio-pci\nother-vfio-pci\n");
	write_file(out, "old+mine.without", "other-vfio-pci\ncard-vfio-pci\n");
	write_file(out, "new.without", without);
	write_file(out, "new+mine.without", without_mine);
}

/* What a run of KERNELS boots, "KERNEL/MACHINE ...", sorted, then what it omits after a "|". */
static char *planned(const char *out, const char *kernels, enum job_kind kind,
		     struct named_cases *cases)
{
	const struct settings settings = {.top = "/nonexistent", .out = out, .version = "1"};
	struct choice choice = {.lanes = 1, .accel = "tcg", .cases = *cases};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_list struct list words = {0};
	cleanup_free char *omitted = NULL;

	list_add_words(&choice.kernels, kernels);
	if (plan_make(&settings, &inventory, &choice, kind, NULL, &plan, &why))
		list_add(&words, why.data);
	for (size_t k = 0; k < inventory.kernels.count; k++)
		for (size_t m = 0; m < inventory.machine_count; m++)
			for (size_t j = 0; j < plan.count; j++)
				if (!strcmp(plan.jobs[j].kernel, inventory.kernels.items[k]) &&
				    !strcmp(plan.jobs[j].machine, inventory.machines[m]->name))
					list_addf(&words, "%s/%s", plan.jobs[j].kernel,
						  plan.jobs[j].machine);
	omitted = list_join(&plan.omitted, "; ");
	list_addf(&words, "| %s", omitted);
	list_free(&choice.kernels);
	return list_join(&words, " ");
}

static struct scenario_info for_drivers[] = {
	{.name = (char *)"for/all", .needs = (char *)"irq"},
	{.name = (char *)"for/card", .needs = (char *)"variant=card_vfio_pci"},
	{.name = (char *)"for/none", .needs = (char *)"irq !variant"},
};

/* make drivers: a DUT without has=, with the same cases under two drivers but for these. */
TEST a_driver_rules_cases_out(const char *driver, const char *expected)
{
	const struct machine_dut dut = {.name = (char *)"card", .vf = -1, .driver = (char *)driver};
	cleanup_list struct list planned = {0};
	cleanup_free char *got = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(for_drivers); i++) {
		cleanup_free char *why = fit_refusal(&dut, &for_drivers[i]);

		if (!why)
			list_add(&planned, for_drivers[i].name);
	}
	got = list_join(&planned, " ");
	ASSERT_STR_EQ(expected, got);
	PASS();
}

static struct named_cases no_names;

TEST a_machine_without_its_driver_is_not_booted(enum job_kind kind)
{
	char out[] = "/tmp/omit.XXXXXX";
	cleanup_free char *got = NULL;

	ASSERT(mkdtemp(out));
	write_kernels(out, "", "");
	got = planned(out, "old new", kind, &no_names);
	remove_tree(out);
	ASSERT_STR_EQ("new/plain new/card new/mixed new/needy old/plain old/mixed | card on old, "
		      "which cannot have card_vfio_pci; needy on old, which cannot have "
		      "card-vfio-pci other-vfio-pci",
		      got);
	PASS();
}

/* The user's patches changed what the driver needs: that is news. */
TEST a_series_that_costs_the_driver_is_booted(void)
{
	char out[] = "/tmp/omit.XXXXXX";
	cleanup_free char *got = NULL, *alone = NULL;

	ASSERT(mkdtemp(out));
	write_kernels(out, "", "card-vfio-pci\n");
	got = planned(out, "new new+mine", JOB_CASES, &no_names);
	alone = planned(out, "new+mine", JOB_CASES, &no_names);
	remove_tree(out);
	ASSERT_STR_EQ("new/plain new/card new/mixed new/needy new+mine/plain new+mine/card "
		      "new+mine/mixed new+mine/needy | ",
		      got);
	ASSERT_STR_EQ("new+mine/plain new+mine/mixed new+mine/needy | card on new+mine, which "
		      "cannot have card_vfio_pci",
		      alone);
	PASS();
}

TEST both_kernels_of_a_tree_without_it_are_omitted(void)
{
	char out[] = "/tmp/omit.XXXXXX";
	cleanup_free char *got = NULL;

	ASSERT(mkdtemp(out));
	write_kernels(out, "", "");
	got = planned(out, "old old+mine", JOB_CASES, &no_names);
	remove_tree(out);
	ASSERT_STR_EQ("old/plain old/mixed old+mine/plain old+mine/mixed | card on old, which "
		      "cannot have card_vfio_pci; needy on old, which cannot have card-vfio-pci "
		      "other-vfio-pci; card on old+mine, which cannot have card_vfio_pci; needy on "
		      "old+mine, which cannot have card-vfio-pci other-vfio-pci",
		      got);
	PASS();
}

/* A bisection needs the verdict of its case, a skip as well. */
TEST a_named_case_is_booted(void)
{
	struct named_case named = {.kernel = (char *)"old",
				   .machine = (char *)"card",
				   .scenario = (char *)"move/save",
				   .dut = (char *)"card"};
	struct named_cases names = {&named, 1};
	char out[] = "/tmp/omit.XXXXXX";
	cleanup_free char *got = NULL;

	ASSERT(mkdtemp(out));
	write_kernels(out, "", "");
	got = planned(out, "old", JOB_CASES, &names);
	remove_tree(out);
	ASSERT_STR_EQ("old/card | ", got);
	PASS();
}

/* A kernel that was built before there was such a file. */
TEST without_a_file_all_are_booted(void)
{
	cleanup_free char *got = planned("/nonexistent", "old", JOB_CASES, &no_names);

	ASSERT_STR_EQ("old/plain old/card old/mixed old/needy | ", got);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TESTp(a_machine_without_its_driver_is_not_booted, JOB_CASES);
	RUN_TESTp(a_machine_without_its_driver_is_not_booted, JOB_PROBE);
	RUN_TEST(a_series_that_costs_the_driver_is_booted);
	RUN_TEST(both_kernels_of_a_tree_without_it_are_omitted);
	RUN_TEST(a_named_case_is_booted);
	RUN_TESTp(a_driver_rules_cases_out, NULL, "for/all for/none");
	RUN_TESTp(a_driver_rules_cases_out, "card_vfio_pci", "for/all for/card");
	RUN_TESTp(a_driver_rules_cases_out, "other", "for/all");
	RUN_TEST(without_a_file_all_are_booted);
	GREATEST_MAIN_END();
}
