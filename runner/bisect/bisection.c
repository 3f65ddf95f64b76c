// SPDX-License-Identifier: GPL-2.0-only
#include "runner/bisect/bisection.h"

#include "lab/base/alloc.h"

#include <stdbool.h>

void bisection_begin(struct bisection *bisection, unsigned int count)
{
	bisection->outcomes = zalloc(count + 1, sizeof(*bisection->outcomes));
	bisection->count = count;
	bisection->outcomes[0] = OUTCOME_GOOD;
	bisection->outcomes[count] = OUTCOME_BAD;
}

void bisection_note(struct bisection *bisection, unsigned int version, enum outcome outcome)
{
	bisection->outcomes[version] = outcome;
}

/* The first bad version, and the last good one before it, are the ends of the suspects. */
struct suspects bisection_suspects(const struct bisection *bisection)
{
	unsigned int bad = 0, good;

	while (bisection->outcomes[bad] != OUTCOME_BAD)
		bad++;
	for (good = bad - 1; bisection->outcomes[good] != OUTCOME_GOOD; good--)
		;
	return (struct suspects){.first = good + 1, .last = bad};
}

/* The number of versions between the ends that have OUTCOME. */
static unsigned int count_inside(const struct bisection *bisection, enum outcome outcome)
{
	struct suspects suspects = bisection_suspects(bisection);
	unsigned int count = 0;

	for (unsigned int version = suspects.first; version < suspects.last; version++)
		count += bisection->outcomes[version] == outcome;
	return count;
}

/* Whether VERSION, which may be below 0, is between the ends and not tested. */
static bool is_open(const struct bisection *bisection, int version)
{
	struct suspects suspects = bisection_suspects(bisection);

	return version >= (int)suspects.first && version < (int)suspects.last &&
	       bisection->outcomes[version] == OUTCOME_NONE;
}

/* Where to look after SKIPS skips: the middle, and then 1, 3, 7, ... away, on either side. */
static int target(struct suspects suspects, unsigned int skips)
{
	int middle = (int)(suspects.first + suspects.last - 1) / 2;
	int reach = (int)(suspects.last - suspects.first) / 2;
	int away = skips > 16 ? reach : (1 << skips) - 1;

	if (away > reach)
		away = reach;
	return middle + (skips % 2 ? away : -away);
}

unsigned int bisection_next(const struct bisection *bisection)
{
	int near = target(bisection_suspects(bisection), count_inside(bisection, OUTCOME_SKIP));

	for (int distance = 0; distance <= (int)bisection->count; distance++) {
		if (is_open(bisection, near + distance))
			return (unsigned int)(near + distance);
		if (is_open(bisection, near - distance))
			return (unsigned int)(near - distance);
	}
	return 0;
}

unsigned int bisection_remaining(const struct bisection *bisection)
{
	unsigned int tests = 0;

	for (unsigned int open = count_inside(bisection, OUTCOME_NONE); open; open /= 2)
		tests++;
	return tests;
}

void bisection_end(struct bisection *bisection)
{
	free(bisection->outcomes);
	bisection->outcomes = NULL;
}
