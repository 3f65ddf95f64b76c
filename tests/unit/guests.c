// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/guests.h"

#include <greatest.h>

#define cleanup_guests __attribute__((cleanup(guests_free)))

TEST no_two_guests_have_one_number(void)
{
	cleanup_guests struct guests guests = {0};

	guests_start(&guests, 1);
	guests_start(&guests, 3);
	guests_start(&guests, 1);
	ASSERT_EQ(3, guests_current(&guests, 1));
	ASSERT_EQ(2, guests_current(&guests, 3));
	PASS();
}

TEST a_lane_that_started_none_has_none(void)
{
	cleanup_guests struct guests guests = {0};

	guests_start(&guests, 2);
	ASSERT_EQ(0, guests_current(&guests, 1));
	ASSERT_EQ(0, guests_current(&guests, 9));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(no_two_guests_have_one_number);
	RUN_TEST(a_lane_that_started_none_has_none);
	GREATEST_MAIN_END();
}
