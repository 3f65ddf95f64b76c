// SPDX-License-Identifier: GPL-2.0-only
/* The settings of a kernel for its guests. */
#include "runner/plan/wants.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include "greatest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int read_lines(const char *lines, struct wants *wants, struct buf *why)
{
	char path[] = "/tmp/wants-XXXXXX";
	cleanup_close int fd = mkstemp(path);
	int err = write_all(fd, lines, strlen(lines)) ?: wants_read(path, wants, why);

	unlink(path);
	return err;
}

TEST all_are_read(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_wants struct wants wants = {0};

	ASSERT_EQ(0, read_lines("scale  = 4\nmemory = 1024\ncmdline = a=b,* c\n", &wants, &why));
	ASSERT_EQ(4, wants.scale);
	ASSERT_EQ(1024, wants.memory);
	ASSERT_STR_EQ("a=b,* c", wants.cmdline);
	PASS();
}

TEST without_a_file_nothing_is_wanted(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_wants struct wants wants = {0};

	ASSERT_EQ(0, wants_read("/no/such/file", &wants, &why));
	ASSERT_EQ(1, wants.scale);
	ASSERT_EQ(0, wants.memory);
	PASS();
}

TEST nonsense_is_refused_by_name(void)
{
	static const char *const bad[] = {"scale = 0",	  "scale = fast",
					  "scale",	  "memory = -1",
					  "colour = red", "cmdline = a\ncmdline = b"};
	cleanup_wants struct wants wants = {0};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_buf struct buf why = BUF_INIT;

		ASSERT_EQm(bad[i], -EINVAL, read_lines(bad[i], &wants, &why));
		ASSERTm(bad[i], strstr(why.data, "/tmp/wants-"));
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(all_are_read);
	RUN_TEST(without_a_file_nothing_is_wanted);
	RUN_TEST(nonsense_is_refused_by_name);
	GREATEST_MAIN_END();
}
