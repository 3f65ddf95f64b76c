// SPDX-License-Identifier: GPL-2.0-only
/* selftest: a guest whose clock is wrong. Its verdicts must be discarded. */
#include "lab/base/clock.h"
#include "scenarios/lib/scenario.h"

#include <errno.h>
#include <sys/timex.h>
#include <time.h>

/*
 * The length of a clock tick in microseconds, at 100 ticks a second: the kernel accepts a deviation
 * of up to a tenth.
 */
#define TICK_MAX_US 11000

/* Make CLOCK_MONOTONIC run a tenth too fast from now on. Returns 0 or -errno. */
static int speed_clock_up(void)
{
	struct timex clock = {.modes = ADJ_TICK, .tick = TICK_MAX_US};

	return adjtimex(&clock) < 0 ? -errno : 0;
}

/*
 * Wait by this clock: there is no event for time itself. In steps, because an idle kernel does not
 * adjust the clock, and the adjustment is lost when the kernel switches to the time-stamp counter,
 * some seconds after boot.
 */
static void wait_seconds(unsigned int seconds)
{
	const struct timespec step = {.tv_nsec = 10000000};

	for (int64_t until = now_ms() + seconds * 1000; now_ms() < until;)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &step, NULL);
}

/*
 * The case's own time is right, but later cases in this guest get a wrong clock, and must be
 * repeated in another guest.
 */
SCENARIO_UNBOUND(clock_fast_after, "", "makes the guest's clock run fast after the case",
		 .hidden = true)
{
	ASSERT_OK(speed_clock_up());
	PASS();
}

SCENARIO_UNBOUND(clock_waits, "", "waits two seconds by the guest's clock", .hidden = true)
{
	wait_seconds(2);
	PASS();
}

SCENARIO_UNBOUND(clock_fast, "", "waits two seconds by a clock that it makes run fast",
		 .hidden = true)
{
	ASSERT_OK(speed_clock_up());
	wait_seconds(2);
	PASS();
}

/* If a guest's clock counts instructions, this takes longer than the deadline. */
SCENARIO_UNBOUND(clock_computes, "", "computes for a fraction of a second", .hidden = true)
{
	volatile unsigned int sum = 0;

	for (unsigned int i = 0; i < 50000000; i++)
		sum += i;
	PASS();
}
