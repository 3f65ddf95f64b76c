/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decides whether something leaks, from windows of rounds. A leak of at least one object a round
 * grows by the number of rounds in every window, long or short. Other activity in the kernel makes
 * a count grow or shrink now and then. Pure arithmetic: nothing here reads the kernel.
 */
#ifndef SCENARIOS_LIB_KERNEL_GROWTH_JUDGE_H
#define SCENARIOS_LIB_KERNEL_GROWTH_JUDGE_H

#include <stdbool.h>

/* For several things, the highest value is the overall result. */
enum growth_judgement {
	GROWTH_STABLE,	/* it does not leak */
	GROWTH_OPEN,	/* another window has to decide */
	GROWTH_LEAKING, /* it leaks */
};

/* The windows of one counter so far; all zero before the first. */
struct growth_tally {
	unsigned int grew;   /* windows with growth by the number of rounds */
	unsigned int stable; /* windows without */
};

/* This many windows suffice for a decision. */
#define GROWTH_WINDOWS_MAX 4

/*
 * Returns the rounds of window WINDOW (from 0): ROUNDS, and twice as many in every second window.
 */
unsigned int growth_rounds(unsigned int window, unsigned int rounds);

/*
 * Returns true if growth by GROWN in a window of ROUNDS is growth by the number of rounds. One
 * round in four may be missing, because unrelated objects may be freed meanwhile.
 */
bool growth_is_steady(long grown, unsigned int rounds);

/*
 * Add a window of ROUNDS with growth by GROWN. The first result that is not GROWTH_OPEN is final.
 */
enum growth_judgement growth_judge(struct growth_tally *tally, long grown, unsigned int rounds);

#endif
