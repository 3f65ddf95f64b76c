// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/lane-count.h"

#include "lab/base/host-memory.h"

#include <greatest.h>

/* A plan of two jobs, one of which has a guest with MEMORY MiB. */
static unsigned int count(unsigned int memory, unsigned int cpus, unsigned long mib)
{
	struct job jobs[] = {{.memory = 0}, {.memory = memory}};
	const struct plan plan = {.jobs = jobs, .count = 2};

	return lane_count(&plan, cpus, mib);
}

TEST three_for_each_processor(void)
{
	ASSERT_EQ(3, count(0, 1, 64 << 10));
	ASSERT_EQ(12, count(0, 4, 64 << 10));
	ASSERT_EQ(192, count(0, 64, 256 << 10));
	PASS();
}

TEST no_more_than_fit_into_memory(void)
{
	const unsigned long each = 512 + LANE_OWN_MIB;

	ASSERT_EQ(8, count(0, 4, 8 * each));
	ASSERT_EQ(7, count(0, 4, 8 * each - 1));
	ASSERT_EQ(85, count(0, 64, 64 << 10));
	PASS();
}

TEST the_largest_guest_counts(void)
{
	ASSERT_EQ(4, count(2048, 4, 4 * (2048 + LANE_OWN_MIB)));
	ASSERT_EQ(8, count(256, 4, 8 * (512 + LANE_OWN_MIB)));
	PASS();
}

TEST one_lane_even_if_memory_is_short(void)
{
	ASSERT_EQ(1, count(0, 4, 100));
	PASS();
}

TEST unknown_memory_is_no_limit(void)
{
	ASSERT_EQ(12, count(0, 4, 0));
	PASS();
}

TEST this_host_has_memory(void)
{
	ASSERT(host_memory_available() > 0);
	PASS();
}

SUITE(lane_count_suite)
{
	RUN_TEST(three_for_each_processor);
	RUN_TEST(no_more_than_fit_into_memory);
	RUN_TEST(the_largest_guest_counts);
	RUN_TEST(one_lane_even_if_memory_is_short);
	RUN_TEST(unknown_memory_is_no_limit);
	RUN_TEST(this_host_has_memory);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(lane_count_suite);
	GREATEST_MAIN_END();
}
