// SPDX-License-Identifier: GPL-2.0-only
/* selftest: a guest whose clock is wrong. No verdict of such a guest may stand. */
#include "lab/base/clock.h"
#include "scenarios/lib/scenario.h"

#include <errno.h>
#include <sys/timex.h>
#include <time.h>

/*
 * Ticks of the clock in microseconds, at 100 a second: the kernel takes up to a tenth more for a
 * right one.
 */
#define TICK_MAX_US 11000

/* CLOCK_MONOTONIC runs a tenth too fast from now on. Returns 0 or -errno. */
static int hasten(void)
{
	struct timex clock = {.modes = ADJ_TICK, .tick = TICK_MAX_US};

	return adjtimex(&clock) < 0 ? -errno : 0;
}

/*
 * By this clock: time itself is what is waited for. In steps, as an idle kernel adjusts nothing,
 * and forgets how fast its clock is to run when it takes the time-stamp counter for good, some
 * seconds after it has started.
 */
static void wait_seconds(unsigned int seconds)
{
	const struct timespec step = {.tv_nsec = 10000000};

	for (int64_t until = now_ms() + seconds * 1000; now_ms() < until;)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &step, NULL);
}

/* Its own time is right: what runs after it in this guest is at fault, and must run in another. */
SCENARIO_UNBOUND(clock_fast_after, "", "makes the guest's clock run fast after the case",
		 .hidden = true)
{
	ASSERT_OK(hasten());
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
	ASSERT_OK(hasten());
	wait_seconds(2);
	PASS();
}

/* Where a guest's clock counts instructions, this takes longer than the deadline. */
SCENARIO_UNBOUND(clock_computes, "", "computes for a fraction of a second", .hidden = true)
{
	volatile unsigned int sum = 0;

	for (unsigned int i = 0; i < 50000000; i++)
		sum += i;
	PASS();
}
