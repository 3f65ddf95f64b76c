// SPDX-License-Identifier: GPL-2.0-only
/* The judgement of leaks: growth with the rounds, whatever else allocates and frees meanwhile. */
#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/kernel/growth-judge.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <string.h>

/*
 * Judge windows of ROUNDS that grow by LEAK a round and by NOISE[window]. Returns the number of
 * windows until the decision.
 */
static unsigned int judge(unsigned int rounds, long leak, const long *noise,
			  enum growth_judgement *judgement)
{
	struct growth_tally tally = {0};
	unsigned int window = 0;

	do {
		const unsigned int now = growth_rounds(window, rounds);

		*judgement = growth_judge(&tally, leak * now + noise[window], now);
	} while (++window < GROWTH_WINDOWS_MAX && *judgement == GROWTH_OPEN);
	return window;
}

TEST every_second_window_is_twice_as_long(void)
{
	ASSERT_EQ(4, growth_rounds(0, 4));
	ASSERT_EQ(8, growth_rounds(1, 4));
	ASSERT_EQ(4, growth_rounds(2, 4));
	PASS();
}

/* The shortest case is the usual one. */
TEST no_growth_is_decided_in_two_windows(void)
{
	const long quiet[GROWTH_WINDOWS_MAX] = {0};
	enum growth_judgement judgement;

	ASSERT_EQ(2, judge(4, 0, quiet, &judgement));
	ASSERT_EQ(GROWTH_STABLE, judgement);
	PASS();
}

TEST a_bump_of_40_is_no_leak(void)
{
	for (unsigned int at = 0; at < GROWTH_WINDOWS_MAX; at++) {
		long noise[GROWTH_WINDOWS_MAX] = {0};
		enum growth_judgement judgement;

		noise[at] = 40;
		judge(4, 0, noise, &judgement);
		ASSERT_EQ(GROWTH_STABLE, judgement);
	}
	PASS();
}

TEST two_bumps_are_no_leak(void)
{
	const long noise[GROWTH_WINDOWS_MAX] = {40, 40, 0, 0};
	enum growth_judgement judgement;

	ASSERT_EQ(4, judge(4, 0, noise, &judgement));
	ASSERT_EQ(GROWTH_STABLE, judgement);
	PASS();
}

/* Equal growth in a long and in a short window: it depends on the window, not on the rounds. */
TEST growth_without_the_rounds_is_no_leak(void)
{
	const long noise[GROWTH_WINDOWS_MAX] = {5, 5, 5, 5};
	enum growth_judgement judgement;

	judge(4, 0, noise, &judgement);
	ASSERT_EQ(GROWTH_STABLE, judgement);
	PASS();
}

TEST one_a_round_is_a_leak(void)
{
	const long quiet[GROWTH_WINDOWS_MAX] = {0};

	for (unsigned int rounds = 1; rounds < 8; rounds++) {
		enum growth_judgement judgement;

		ASSERT_EQ(3, judge(rounds, 1, quiet, &judgement));
		ASSERT_EQ(GROWTH_LEAKING, judgement);
	}
	PASS();
}

/*
 * Unrelated code allocates and frees in the same cache, 40 objects at once or some in each window.
 */
TEST one_a_round_amid_noise_is_a_leak(void)
{
	static const long noises[][GROWTH_WINDOWS_MAX] = {
		{40, 0, 0, 0},	 {-40, 0, 0, 0}, {0, -40, 0, 0},  {0, 0, -40, 0},
		{-1, -2, 3, -1}, {1, -2, 1, 0},	 {40, -40, 0, 0}, {-40, 40, -1, 7},
	};

	for (size_t i = 0; i < ARRAY_SIZE(noises); i++) {
		enum growth_judgement judgement;

		judge(4, 1, noises[i], &judgement);
		ASSERT_EQ(GROWTH_LEAKING, judgement);
	}
	PASS();
}

/* A random number; the sequence is the same in each run. */
static unsigned int next(unsigned int *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* Unrelated objects allocated at one moment and freed at the next: the count varies by one. */
TEST wavering_counts_change_no_judgement(void)
{
	unsigned int seed = 1;

	for (unsigned int run = 0; run < 1000; run++) {
		long noise[GROWTH_WINDOWS_MAX], before = 0;
		enum growth_judgement judgement;

		for (unsigned int i = 0; i < GROWTH_WINDOWS_MAX; i++) {
			const long now = next(&seed) % 2;

			noise[i] = now - before;
			before = now;
		}
		judge(4, 0, noise, &judgement);
		ASSERT_EQ(GROWTH_STABLE, judgement);
		judge(4, 1, noise, &judgement);
		ASSERT_EQ(GROWTH_LEAKING, judgement);
	}
	PASS();
}

/* A round of a simulated kernel: its leak, and an extra allocation in one of the rounds. */
struct pretended {
	long count, leak, bump;
	unsigned int round, bump_at, fails_at;
};

static const char *pretend(void *of)
{
	struct pretended *kernel = of;

	kernel->round++;
	kernel->count += kernel->leak + (kernel->round == kernel->bump_at ? kernel->bump : 0);
	return kernel->round == kernel->fails_at ? "it broke" : NULL;
}

static long count_of(const void *of)
{
	return ((const struct pretended *)of)->count;
}

static enum growth run(struct pretended *kernel, const char **why)
{
	const struct growth_counter counters[] = {
		{"steady", growth_locked, NULL}, {"things", count_of, kernel}, {0}};
	const struct growth_test test = {
		.round = pretend, .of = kernel, .warm_up = 2, .rounds = 2, .counters = counters};

	return growth_run(&test, why);
}

TEST rounds_that_leave_nothing_are_few(void)
{
	struct pretended kernel = {.bump = 40, .bump_at = 2};
	const char *why;

	ASSERT_EQ(GROWTH_NONE, run(&kernel, &why));
	ASSERT_EQ(NULL, why);
	ASSERT_EQ(2 + 2 + 4, kernel.round);
	PASS();
}

TEST a_bump_at_any_round_is_none(void)
{
	for (unsigned int at = 1; at < 12; at++) {
		struct pretended kernel = {.bump = 40, .bump_at = at};
		const char *why;

		ASSERT_EQ(GROWTH_NONE, run(&kernel, &why));
	}
	PASS();
}

TEST a_leak_is_named(void)
{
	struct pretended kernel = {.leak = 1, .bump = -40, .bump_at = 4};
	const char *why = NULL;
	cleanup_free char *message = NULL;

	ASSERT_EQ(GROWTH_LEAK, run(&kernel, &why));
	message = (char *)why;
	ASSERT_STR_EQ("things: 4 more after 4 rounds, each time", why);
	PASS();
}

TEST a_round_that_fails_ends_it(void)
{
	for (unsigned int at = 1; at < 8; at++) {
		struct pretended kernel = {.fails_at = at};
		const char *why = NULL;

		ASSERT_EQ(GROWTH_FAILED, run(&kernel, &why));
		ASSERT_STR_EQ("it broke", why);
		ASSERT_EQ(at, kernel.round);
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(every_second_window_is_twice_as_long);
	RUN_TEST(no_growth_is_decided_in_two_windows);
	RUN_TEST(a_bump_of_40_is_no_leak);
	RUN_TEST(two_bumps_are_no_leak);
	RUN_TEST(growth_without_the_rounds_is_no_leak);
	RUN_TEST(one_a_round_is_a_leak);
	RUN_TEST(one_a_round_amid_noise_is_a_leak);
	RUN_TEST(wavering_counts_change_no_judgement);
	RUN_TEST(rounds_that_leave_nothing_are_few);
	RUN_TEST(a_bump_at_any_round_is_none);
	RUN_TEST(a_leak_is_named);
	RUN_TEST(a_round_that_fails_ends_it);
	GREATEST_MAIN_END();
}
