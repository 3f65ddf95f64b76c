/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether something leaks, judged by windows of rounds. What leaks at least once a round grows by
 * the number of rounds in every window, long or short. What other activity in the kernel allocates
 * or frees grows or shrinks now and then. Pure arithmetic: nothing here reads the kernel.
 */
#ifndef SCENARIOS_LIB_KERNEL_GROWTH_JUDGE_H
#define SCENARIOS_LIB_KERNEL_GROWTH_JUDGE_H

#include <stdbool.h>

/* Of several, the last in this order counts for all. */
enum growth_judgement {
	GROWTH_STABLE,	/* it does not leak */
	GROWTH_OPEN,	/* another window has to decide */
	GROWTH_LEAKING, /* it leaks */
};

/* The windows seen so far of one thing that is counted; all zero before the first. */
struct growth_tally {
	unsigned int grew;   /* windows in which it grew with the rounds */
	unsigned int stable; /* windows in which it did not */
};

/* As many windows decide at the most. */
#define GROWTH_WINDOWS_MAX 4

/* How many rounds window WINDOW (from 0) has: ROUNDS, and twice as many in every second one. */
unsigned int growth_rounds(unsigned int window, unsigned int rounds);

/*
 * Whether growth by GROWN in a window of ROUNDS is growth with the rounds. One round in four may be
 * missing: objects of others that were freed meanwhile.
 */
bool growth_is_steady(long grown, unsigned int rounds);

/*
 * Add a window of ROUNDS in which it grew by GROWN. The first judgement that is not GROWTH_OPEN is
 * final.
 */
enum growth_judgement growth_judge(struct growth_tally *tally, long grown, unsigned int rounds);

#endif
