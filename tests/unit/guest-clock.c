// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/guest-clock.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

struct fixture {
	struct guest_clock clock;
	struct buf why;
};

static void tear_down(struct fixture *fixture)
{
	buf_free(&fixture->why);
}
#define cleanup_fixture __attribute__((cleanup(tear_down)))

/* The guest's clock is NOW; it got the answer HOST at OWN; the runner reads the line at READ. */
static int take(struct fixture *fixture, int now, int own, int host, unsigned int read)
{
	cleanup_buf struct buf reading = BUF_INIT;

	buf_printf(&reading, "%d %d %d", now, own, host);
	buf_free(&fixture->why);
	return clock_take(&fixture->clock, reading.data, read, &fixture->why);
}

TEST a_right_clock_is_believed(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(0, take(&f, 3000, 2000, 80000, 81000));
	ASSERT_EQ(0, take(&f, 8000, 2000, 80000, 86001));
	ASSERT_EQ(0, take(&f, 9000, 8500, 86500, 87000));
	PASS();
}

TEST a_jump_is_named_with_both_figures(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(0, take(&f, 2010, 2000, 80000, 80010));
	ASSERT_EQ(-ETIME, take(&f, 7000, 2000, 80000, 80210));
	ASSERT_STR_EQ("the guest's clock ran fast: it counted 5000 ms in 210 ms of the host's",
		      f.why.data);
	PASS();
}

/* The first reading includes the answer that it is compared with. */
TEST a_jump_in_the_first_case_shows(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(-ETIME, take(&f, 2600, 2000, 80000, 80100));
	PASS();
}

/*
 * Under load, answers and lines are delayed by any time, in any order; this only makes a wait
 * appear longer.
 */
TEST whatever_is_late_a_right_clock_is_believed(void)
{
	static const unsigned int delays[][2] = {{0, 0}, {900, 0},    {0, 4000},
						 {5, 1}, {2500, 700}, {0, 0}};
	cleanup_fixture struct fixture f = {0};
	int guest = 2000;
	const int ahead = 78000;

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		int host = guest + ahead;
		int own = guest + (int)delays[i][0];
		int now = own + 300;

		ASSERT_EQ(0, take(&f, now, own, host, (unsigned int)(now + ahead) + delays[i][1]));
		guest = now + 5000;
	}
	PASS();
}

/* The kernel calibrates the clock only approximately. */
TEST drift_is_no_jump(void)
{
	cleanup_fixture struct fixture f = {0};

	for (int s = 1; s < 300; s++)
		ASSERT_EQ(0, take(&f, s * 1005 + 1005, s * 1005, s * 1000,
				  (unsigned int)s * 1000 + 1000));
	PASS();
}

TEST a_clock_a_tenth_too_fast_shows_within_a_second(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(0, take(&f, 1100, 1000, 1000, 1091));
	ASSERT_EQ(-ETIME, take(&f, 2100, 1000, 1000, 2000));
	PASS();
}

/* Each jump is too small to be detected by itself, and the runner is asked between them. */
TEST small_jumps_add_up(void)
{
	cleanup_fixture struct fixture f = {0};
	int err = 0, jumps = 0;

	while (!err && jumps < 10) {
		int host = 1000 + jumps * 500;
		int own = host + jumps * 40;

		err = take(&f, own + 100, own, host, (unsigned int)host + 100);
		jumps++;
	}
	ASSERT_EQ(-ETIME, err);
	ASSERT(jumps < 5);
	PASS();
}

/* A delayed answer must not hide a jump that an earlier one reveals. */
TEST a_late_answer_does_not_hide_a_jump(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(0, take(&f, 2010, 2000, 80000, 80010));
	ASSERT_EQ(-ETIME, take(&f, 4600, 4500, 80500, 82100));
	PASS();
}

TEST a_slow_clock_is_no_contradiction(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(0, take(&f, 2100, 2000, 80000, 90000));
	ASSERT_EQ(0, take(&f, 2200, 2100, 90000, 99000));
	PASS();
}

TEST a_clock_that_goes_back_is_wrong(void)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(-ETIME, take(&f, 1900, 2000, 80000, 80100));
	ASSERT(strstr(f.why.data, "went back by 100 ms"));
	PASS();
}

TEST malformed_reading_is_refused(const char *reading)
{
	cleanup_fixture struct fixture f = {0};

	ASSERT_EQ(0, take(&f, 2010, 2000, 80000, 80010));
	ASSERT_EQ(-EPROTO, clock_take(&f.clock, reading, 81000, &f.why));
	PASS();
}

static const char *const refused[] = {
	"",
	"3000",
	"3000 2000",
	"3000 2000 80000 1",
	"3000 2000 -1",
	"3000 2000 80000x",
	"3000 2000 99999999999999999999999",
	"3000 2000 81001", /* in the runner's future */
	"3000 2000 79999", /* older than the runner's last answer */
};

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_right_clock_is_believed);
	RUN_TEST(a_jump_is_named_with_both_figures);
	RUN_TEST(a_jump_in_the_first_case_shows);
	RUN_TEST(whatever_is_late_a_right_clock_is_believed);
	RUN_TEST(drift_is_no_jump);
	RUN_TEST(a_clock_a_tenth_too_fast_shows_within_a_second);
	RUN_TEST(small_jumps_add_up);
	RUN_TEST(a_late_answer_does_not_hide_a_jump);
	RUN_TEST(a_slow_clock_is_no_contradiction);
	RUN_TEST(a_clock_that_goes_back_is_wrong);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		RUN_TEST1(malformed_reading_is_refused, refused[i]);
	GREATEST_MAIN_END();
}
