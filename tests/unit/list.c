// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/list.h"

#include "lab/base/cleanup.h"

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

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(words_are_split_at_blanks_and_commas);
	GREATEST_MAIN_END();
}
