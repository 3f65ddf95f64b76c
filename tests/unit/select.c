// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/select.h"

#include "lab/base/cleanup.h"
#include "lab/base/nearest.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

TEST globs_select_in_order_and_once(void)
{
	cleanup_list struct list all = {0}, globs = {0}, chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *joined = NULL;

	list_add_words(&all, "base base+x series");
	list_add_words(&globs, "s* base base*");
	ASSERT_EQ(0, list_select(&all, &globs, "kernel", &chosen, &why));
	joined = list_join(&chosen, " ");
	ASSERT_STR_EQ("base base+x series", joined);
	PASS();
}

TEST no_globs_select_all(void)
{
	cleanup_list struct list all = {0}, globs = {0}, chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;

	list_add_words(&all, "a b");
	ASSERT_EQ(0, list_select(&all, &globs, "kernel", &chosen, &why));
	ASSERT_EQ(2, chosen.count);
	PASS();
}

TEST a_glob_without_match_is_named(void)
{
	cleanup_list struct list all = {0}, globs = {0}, chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;

	list_add_words(&all, "pci sriov");
	list_add_words(&globs, "pci pcie*");
	ASSERT_EQ(-ENOENT, list_select(&all, &globs, "machine", &chosen, &why));
	ASSERT_STR_EQ("no machine matches 'pcie*': there is pci sriov", why.data);
	ASSERT_EQ(0, chosen.count);
	PASS();
}

static const char scenarios[] =
	"bind/driver_override_binds_vfio_pci bind/unbind_waits interrupt/intx_unmask_resends "
	"interrupt/msix_each_vector interrupt/msi_each_vector reset/flr_alone_resets "
	"reset/bus_reset_alone_resets "
	"reset/hot reset/restores_config";

struct choice_of {
	const char *globs;
	const char *chosen; /* NULL: refused */
	const char *why;
};

static const struct choice_of choices[] = {
	{"reset/* !reset/*_alone_resets", "reset/hot reset/restores_config", ""},
	{"!reset/*_alone_resets reset/*", "reset/hot reset/restores_config", ""},
	{"!interrupt/* !reset/*", "bind/driver_override_binds_vfio_pci bind/unbind_waits", ""},
	{"reset/hot reset/flr_alone_resets", "reset/flr_alone_resets reset/hot", ""},
	{"reset/* !reset/buy_*", NULL, "no scenario matches '!reset/buy_*'"},
	{"reset/hot !reset/*", NULL, "'reset/hot !reset/*' excludes every scenario"},
	{"!*", NULL, "'!*' excludes every scenario"},
	{"interrupt/msix_each_vecto", NULL,
	 "did you mean interrupt/msix_each_vector, interrupt/msi_each_vector or"},
	{"interrupt/unmask", NULL, "did you mean interrupt/intx_unmask_resends,"},
	{"interupt/msi_each", NULL, "did you mean interrupt/msi_each_vector,"},
	{"interupt/*", NULL, "no scenario matches 'interupt/*': did you mean interrupt?"},
	{"restet/*", NULL, "did you mean reset?"},
	{"vfio/*", NULL, "there is bind/driver_override_binds_vfio_pci"},
};

TEST exclamation_marks_exclude_and_misspelt_names_are_guessed(const struct choice_of *of)
{
	cleanup_list struct list all = {0}, globs = {0}, chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *joined = NULL;
	int err;

	list_add_words(&all, scenarios);
	list_add_words(&globs, of->globs);
	err = list_select(&all, &globs, "scenario", &chosen, &why);
	joined = list_join(&chosen, " ");
	ASSERT_EQ_FMTm(of->globs, of->chosen ? 0 : -ENOENT, err, "%d");
	if (of->chosen)
		ASSERT_STR_EQ(of->chosen, joined);
	else
		ASSERTm(why.data, strstr(why.data, of->why));
	PASS();
}

TEST the_first_glob_comes_first_if_order_counts(void)
{
	cleanup_list struct list all = {0}, globs = {0}, chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *joined = NULL;

	list_add_words(&all, "6.1 6.12 base base+debug series");
	list_add_words(&globs, "series b* 6.1* !*+debug");
	ASSERT_EQ(0, list_select_in_order(&all, &globs, "kernel", &chosen, &why));
	joined = list_join(&chosen, " ");
	ASSERT_STR_EQ("series base 6.1 6.12", joined);
	PASS();
}

TEST wildcards_cost_nothing(void)
{
	ASSERT_EQ(0, edit_distance("msix_*", "msix_vector"));
	ASSERT_EQ(0, edit_distance("*", ""));
	ASSERT_EQ(0, edit_distance("?", "x"));
	ASSERT_EQ(1, edit_distance("*s?x_*", "msix"));
	PASS();
}

TEST distant_names_are_not_suggested(void)
{
	cleanup_list struct list all = {0}, near = {0};

	list_add_words(&all, "edu e1000e igb nvme testdev");
	nearest_names(&all, "virtio", 2, &near);
	ASSERT_EQ(0, near.count);
	nearest_names(&all, "e1000", 1, &near);
	ASSERT_EQ(1, near.count);
	ASSERT_STR_EQ("e1000e", near.items[0]);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(globs_select_in_order_and_once);
	RUN_TEST(no_globs_select_all);
	RUN_TEST(a_glob_without_match_is_named);
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		greatest_set_test_suffix(choices[i].globs);
		RUN_TEST1(exclamation_marks_exclude_and_misspelt_names_are_guessed, &choices[i]);
	}
	RUN_TEST(the_first_glob_comes_first_if_order_counts);
	RUN_TEST(wildcards_cost_nothing);
	RUN_TEST(distant_names_are_not_suggested);
	GREATEST_MAIN_END();
}
