/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds leaks: repeats a round, counts what it may leave behind, and judges how the counts grow
 * with the rounds (growth-judge.h). A suspected leak is confirmed before it becomes a verdict: on
 * kernels that free late, growth is measured again with late frees forced, and only if that works.
 */
#ifndef SCENARIOS_LIB_KERNEL_GROWTH_H
#define SCENARIOS_LIB_KERNEL_GROWTH_H

#include "scenarios/lib/assert.h"

#include <stdbool.h>

/* Something that can be counted exactly. NOW is called with OF and returns the current count. */
struct growth_counter {
	const char *name; /* plural, for messages; NULL ends an array */
	long (*now)(const void *of);
	const void *of;
};

struct growth_test {
	const char *(*round)(void *of); /* NULL, or why it failed, which ends the test */
	void *of;
	/* Rounds before counting starts: they may allocate permanently. */
	unsigned int warm_up;
	unsigned int rounds; /* of the first window, at least 1 (growth_rounds) */
	/* Count the kernel's objects, cache by cache (slab.h). */
	bool slabs;
	const struct growth_counter *counters; /* further counters, or NULL */
};

enum growth {
	GROWTH_NONE,	/* nothing grows with the rounds */
	GROWTH_LEAK,	/* something does; *WHY names it and its growth */
	GROWTH_UNKNOWN, /* this kernel cannot be judged by counting; *WHY is the reason */
	GROWTH_FAILED,	/* a round failed; *WHY is its message */
};

/*
 * Run rounds until there is a verdict: 3 * rounds after the warm-up if nothing grows, up to 12 *
 * rounds if something seems to. Blocks as the rounds do, and for RCU grace periods. *WHY is NULL
 * for GROWTH_NONE.
 */
enum growth growth_run(const struct growth_test *test, const char **why);

/* Fail unless nothing grows with the rounds of TEST; skip if the kernel cannot be judged. */
#define ASSERT_NO_GROWTH(test)                                                                     \
	do {                                                                                       \
		const char *growth_why;                                                            \
		const enum growth growth_got = growth_run(test, &growth_why);                      \
		if (growth_got == GROWTH_UNKNOWN)                                                  \
			SKIPm(growth_why);                                                         \
		if (growth_got != GROWTH_NONE)                                                     \
			FAILm(growth_why);                                                         \
	} while (0)

/*
 * Counters of this process, for struct growth_counter; OF is unused. Files it has open; its locked
 * memory in KiB, which VFIO charges for DMA mappings; lines of /proc/interrupts, one for each
 * interrupt with a handler. A file that cannot be read counts as 0.
 */
long growth_files(const void *of);
long growth_locked(const void *of);
long growth_interrupts(const void *of);

#endif
