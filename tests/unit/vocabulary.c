// SPDX-License-Identifier: GPL-2.0-only
/* The words of needs and properties, and the errors for misspelt ones. */
#include "lab/base/vocabulary.h"

#include "lab/base/cleanup.h"
#include "lab/base/nearest.h"
#include "runner/plan/machine-check.h"

#include "greatest.h"

#include <errno.h>
#include <string.h>

TEST distances(void)
{
	ASSERT_EQ_FMT(0u, edit_distance("", ""), "%u");
	ASSERT_EQ_FMT(3u, edit_distance("", "irq"), "%u");
	ASSERT_EQ_FMT(3u, edit_distance("irq", ""), "%u");
	ASSERT_EQ_FMT(0u, edit_distance("reset", "reset"), "%u");
	ASSERT_EQ_FMT(1u, edit_distance("reste", "reset"), "%u");
	ASSERT_EQ_FMT(1u, edit_distance("irq=mis", "irq=msi"), "%u");
	ASSERT_EQ_FMT(3u, edit_distance("kitten", "sitting"), "%u");
	PASS();
}

TEST nearest_of_none(void)
{
	ASSERT_EQ(NULL, nearest(&(struct list){0}, "irq"));
	PASS();
}

static const struct {
	const char *words;
	bool needs;
	const char *expected; /* NULL: no error */
} spellings[] = {
	{"", true, NULL},
	{"irq=msix:2 !reset reset=flr driver=edu native=8139too", true, NULL},
	{"trigger bar group:2 !hot:2 pf=sriov:2", true, NULL},
	{"irq=intx:1 bar=mem:2 cpu:1 first for=flr model=testdev", false, NULL},
	{"irq=mis", true, "'irq=mis' is not in the vocabulary, 'irq=msi' is"},
	{"pm !rest", true, "'!rest' is not in the vocabulary, 'reset' is"},
	{"irq=misx:4", true, "'irq=misx:4' is not in the vocabulary, 'irq=msix' is"},
	{"hotplg", true, "'hotplg' is not in the vocabulary, 'hotplug' is"},
	{"pcie=yes", true, "'pcie=yes' is not in the vocabulary, 'pcie' is"},
	{"pm:2", true, "'pm:2': pm is not counted"},
	{"bar=large:2", true, "'bar=large:2': bar is not counted"},
	{"irq=", true, "'irq=' is not a word: write KEY[=VALUE][:COUNT]"},
	{"irq=msi:0", true, "'irq=msi:0' is not a word: write KEY[=VALUE][:COUNT]"},
	{"!reset", false, "'!reset': only a need can be negated"},
};

TEST misspelt_words(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		cleanup_free char *error = vocabulary_error(spellings[i].words, spellings[i].needs);

		if (spellings[i].expected)
			ASSERT_STR_EQm(spellings[i].words, spellings[i].expected,
				       error ? error : "(none)");
		else
			ASSERT_EQm(error, NULL, error);
	}
	PASS();
}

/* A word in two rows would belong only to the first of them. */
TEST rows_are_distinct(void)
{
	for (const struct vocabulary *row = vocabulary; row->key; row++) {
		cleanup_list struct list values = {0};

		list_add_words(&values, row->values ? row->values : "");
		for (size_t i = 0; i < values.count; i++) {
			cleanup_free char *word = text("%s=%s", row->key, values.items[i]);
			const char *rest = word;
			struct need need;

			if (!strcmp(values.items[i], ANY_VALUE))
				continue;
			ASSERTm(word, needs_next(&rest, &need));
			ASSERT_EQm(word, row, vocabulary_find(&need));
		}
		ASSERTm(row->key, row->meaning && *row->meaning);
	}
	PASS();
}

static char bind_name[] = "bind/driver_override_binds_vfio_pci", bind_needs[] = "";
static char fault_name[] = "fault/flr_hangs", fault_needs[] = "irq=msi !for=none for=flr";
static struct scenario_info scenarios[] = {
	{.name = bind_name, .needs = bind_needs},
	{.name = fault_name, .needs = fault_needs},
};

static const struct {
	const char *only, *purpose, *expected;
} machines[] = {
	{NULL, NULL, NULL},
	{"bind/* fault/*", "flr", NULL},
	{"bind/* falt/*", NULL,
	 "m.xml:7: DUT 'edu' has only=\"falt/*\", which matches no scenario; the nearest is "
	 "'fault/flr_hangs'"},
	{NULL, "frl",
	 "m.xml:7: DUT 'edu' has for=\"frl\", which no scenario needs; the nearest is 'flr'"},
};

TEST globs_and_purposes_of_machines(void)
{
	const struct catalog catalog = {scenarios, ARRAY_SIZE(scenarios)};
	char machine_name[] = "m", file_name[] = "m.xml", dut_name[] = "edu";

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct machine_dut dut = {.name = dut_name,
					  .only = (char *)machines[i].only,
					  .purpose = (char *)machines[i].purpose,
					  .line = 7};
		const struct machine machine = {
			.name = machine_name, .path = file_name, .duts = &dut, .dut_count = 1};
		cleanup_buf struct buf why = BUF_INIT;
		int err = machine_check(&machine, &catalog, &why);

		ASSERT_EQ_FMT(machines[i].expected ? -ENOENT : 0, err, "%d");
		if (machines[i].expected)
			ASSERT_STR_EQ(machines[i].expected, why.data);
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(distances);
	RUN_TEST(nearest_of_none);
	RUN_TEST(misspelt_words);
	RUN_TEST(rows_are_distinct);
	RUN_TEST(globs_and_purposes_of_machines);
	GREATEST_MAIN_END();
}
