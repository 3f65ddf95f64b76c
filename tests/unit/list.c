// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/list.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

TEST words_are_split_at_blanks_and_commas(void)
{
	cleanup_list struct list list = {0};

	list_add_words(&list, "  a,b  c\t\n,d ");
	ASSERT_EQ(4, list.count);
	ASSERT_STR_EQ("a", list.items[0]);
	ASSERT_STR_EQ("d", list.items[3]);
	PASS();
}

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

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(words_are_split_at_blanks_and_commas);
	RUN_TEST(globs_select_in_order_and_once);
	RUN_TEST(no_globs_select_all);
	RUN_TEST(a_glob_without_match_is_named);
	GREATEST_MAIN_END();
}
