// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/frame.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

TEST messages_come_one_by_one(void)
{
	cleanup_buf struct buf input = BUF_INIT;
	struct frame frame;

	buf_puts(&input, "plan 0\nout 5\na\nb\nc");
	ASSERT_EQ(1, frame_take(&input, &frame));
	ASSERT_STR_EQ("plan", frame.word);
	ASSERT_EQ(0, frame.payload.len);
	buf_free(&frame.payload);
	ASSERT_EQ(1, frame_take(&input, &frame));
	ASSERT_STR_EQ("out", frame.word);
	ASSERT_EQ(5, frame.payload.len);
	ASSERT_MEM_EQ("a\nb\nc", frame.payload.data, 5);
	buf_free(&frame.payload);
	ASSERT_EQ(0, frame_take(&input, &frame));
	PASS();
}

TEST half_a_message_waits(void)
{
	cleanup_buf struct buf input = BUF_INIT;
	struct frame frame;

	ASSERT_EQ(0, frame_take(&input, &frame));
	buf_puts(&input, "exit 3");
	ASSERT_EQ(0, frame_take(&input, &frame));
	buf_puts(&input, "\n12");
	ASSERT_EQ(0, frame_take(&input, &frame));
	buf_puts(&input, "8");
	ASSERT_EQ(1, frame_take(&input, &frame));
	ASSERT_STR_EQ("128", frame.payload.data);
	buf_free(&frame.payload);
	PASS();
}

TEST nonsense_is_refused(const char *nonsense)
{
	cleanup_buf struct buf input = BUF_INIT;
	struct frame frame;

	buf_puts(&input, nonsense);
	ASSERT_EQ_FMT(-EPROTO, frame_take(&input, &frame), "%d");
	PASS();
}

static const char *const nonsense[] = {
	"\n",
	"plan\n",
	"plan x\n",
	"PLAN 0\n",
	"plan 0 0\n",
	"plan -1\n",
	"out 99999999\n",
	"out 9999999\n",
	"averyveryverylongword 0\n",
	"no newline within the first bytes",
};

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(messages_come_one_by_one);
	RUN_TEST(half_a_message_waits);
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		RUN_TEST1(nonsense_is_refused, nonsense[i]);
	GREATEST_MAIN_END();
}
