// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/growth-judge.h"

/* Noise affects some windows, a leak affects all: fewer stable windows suffice to rule one out. */
#define LEAKS_AT  3
#define STABLE_AT 2

_Static_assert(GROWTH_WINDOWS_MAX == LEAKS_AT + STABLE_AT - 1,
	       "every sequence of windows is decided");

unsigned int growth_rounds(unsigned int window, unsigned int rounds)
{
	return window % 2 ? 2 * rounds : rounds;
}

bool growth_is_steady(long grown, unsigned int rounds)
{
	return grown >= (long)(rounds - rounds / 4);
}

enum growth_judgement growth_judge(struct growth_tally *tally, long grown, unsigned int rounds)
{
	if (growth_is_steady(grown, rounds))
		tally->grew++;
	else
		tally->stable++;
	if (tally->stable >= STABLE_AT)
		return GROWTH_STABLE;
	return tally->grew >= LEAKS_AT ? GROWTH_LEAKING : GROWTH_OPEN;
}
