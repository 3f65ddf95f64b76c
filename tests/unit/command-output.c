// SPDX-License-Identifier: GPL-2.0-only
/* Programs that a scenario runs: their output, their status, and the time limit. */
#include "scenarios/lib/command-output.h"

#include "lab/base/clock.h"

#include <errno.h>
#include <greatest.h>
#include <signal.h>

/* Run the shell COMMAND. */
static int shell(const char *command, unsigned int ms, struct buf *output)
{
	cleanup_list struct list argv = {0};

	list_add_words(&argv, "/bin/sh -c");
	list_add(&argv, command);
	return command_output(&argv, ms, output);
}

TEST output_and_status(void)
{
	cleanup_buf struct buf output = BUF_INIT;

	ASSERT_EQ(3, shell("echo out; echo err >&2; exit 3", 10000, &output));
	ASSERT_STR_EQ("out\nerr\n", output.data);
	PASS();
}

TEST a_signal_is_a_status(void)
{
	cleanup_buf struct buf output = BUF_INIT;

	ASSERT_EQ(128 + SIGTERM, shell("kill -TERM $$", 10000, &output));
	PASS();
}

TEST no_input(void)
{
	cleanup_buf struct buf output = BUF_INIT;

	ASSERT_EQ(0, shell("cat; echo end", 10000, &output));
	ASSERT_STR_EQ("end\n", output.data);
	PASS();
}

TEST long_output_is_complete(void)
{
	cleanup_buf struct buf output = BUF_INIT;

	ASSERT_EQ(0, shell("head -c 1000000 /dev/zero", 30000, &output));
	ASSERT_EQ(1000000, output.len);
	PASS();
}

TEST a_stuck_one_is_killed_with_its_children(void)
{
	cleanup_buf struct buf output = BUF_INIT;
	int64_t began = now_ms();

	ASSERT_EQ(-ETIMEDOUT, shell("echo begun; sleep 1000 & wait", 300, &output));
	ASSERT(now_ms() - began < 20000);
	ASSERT_STR_EQ("begun\n", output.data);
	PASS();
}

TEST a_daemon_does_not_delay_it(void)
{
	cleanup_buf struct buf output = BUF_INIT;
	int64_t began = now_ms();

	ASSERT_EQ(0, shell("sleep 60 & echo $!", 30000, &output));
	ASSERT(now_ms() - began < 20000);
	kill(atoi(output.data), SIGKILL);
	PASS();
}

TEST one_that_does_not_exist(void)
{
	cleanup_list struct list argv = {0};
	cleanup_buf struct buf output = BUF_INIT;

	list_add(&argv, "/nonexistent/tool");
	ASSERT_EQ(-ENOENT, command_output(&argv, 1000, &output));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(output_and_status);
	RUN_TEST(a_signal_is_a_status);
	RUN_TEST(no_input);
	RUN_TEST(long_output_is_complete);
	RUN_TEST(a_stuck_one_is_killed_with_its_children);
	RUN_TEST(a_daemon_does_not_delay_it);
	RUN_TEST(one_that_does_not_exist);
	GREATEST_MAIN_END();
}
