// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cases.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

#define cleanup_choice __attribute__((cleanup(choice_free)))

static int read_text(const char *content, struct choice *choice, struct buf *why)
{
	char path[] = "/tmp/cases.XXXXXX";
	cleanup_close int fd = mkstemp(path);
	int err = write_all(fd, content, strlen(content)) ?: cases_read(path, choice, why);

	unlink(path);
	return err;
}

TEST what_is_named_is_chosen(void)
{
	cleanup_choice struct choice choice = {.lanes = 2, .stop = STOP_KERNEL};
	cleanup_buf struct buf why = BUF_INIT;

	list_add(&choice.kernels, "series");
	ASSERT_EQm(why.data, 0,
		   read_text("base+x/pci a/b[edu]\n\nbase+x/pci a/c[edu]\nbase/vf a/b[igb-vf0]\n", &choice,
			     &why));
	ASSERT_EQ(3, json_object_object_length(choice.cases));
	ASSERT(json_object_object_get_ex(choice.cases, "base+x/pci a/c[edu]", NULL));
	ASSERT_EQ(2, choice.kernels.count);
	ASSERT_STR_EQ("base+x", choice.kernels.items[0]);
	ASSERT_EQ(2, choice.machines.count);
	ASSERT_EQ(2, choice.scenarios.count);
	ASSERT_EQ(2, choice.duts.count);
	ASSERT_STR_EQ("igb-vf0", choice.duts.items[1]);
	ASSERT_EQ(2, choice.lanes);
	ASSERT_EQ(STOP_KERNEL, choice.stop);
	PASS();
}

TEST what_is_no_case_is_named_with_its_line(const char *line)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *content = text("base/pci a/b[edu]\n%s\n", line);

	ASSERT_EQ(-EINVAL, read_text(content, &choice, &why));
	ASSERTm(why.data, strstr(why.data, "line 2"));
	ASSERTm(why.data, strstr(why.data, line));
	PASS();
}

TEST no_case_at_all_is_refused(void)
{
	cleanup_choice struct choice choice = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-EINVAL, read_text("\n", &choice, &why));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	static const char *const bad[] = {
		"base/pci a/b",		  "base/pci",	    "base a/b[edu]",
		"/pci a/b[edu]",	  "base/ a/b[edu]", "base/pci a/b[edu",
		"base/pci [edu]",	  "base/pci a/b[]", "a/b[edu]",
		"base/pci a/b[edu] more",
	};

	GREATEST_MAIN_BEGIN();
	RUN_TEST(what_is_named_is_chosen);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		RUN_TEST1(what_is_no_case_is_named_with_its_line, bad[i]);
	RUN_TEST(no_case_at_all_is_refused);
	GREATEST_MAIN_END();
}
