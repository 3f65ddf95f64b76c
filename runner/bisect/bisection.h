/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the first bad one of a row of versions, some of which cannot be tested. Does no I/O. */
#ifndef RUNNER_BISECT_BISECTION_H
#define RUNNER_BISECT_BISECTION_H

enum outcome {
	OUTCOME_NONE, /* not tested yet */
	OUTCOME_GOOD,
	OUTCOME_BAD,
	OUTCOME_SKIP, /* tested without an answer: it does not build, or the case has no verdict */
};

/* Versions 0 to COUNT: version n has the first n patches. */
struct bisection {
	enum outcome *outcomes; /* by version */
	unsigned int count;
};

/* The patches that may be the first bad one: FIRST to LAST, counted from 1. */
struct suspects {
	unsigned int first;
	unsigned int last;
};

/* Prepare BISECTION for COUNT patches, 1 or more: version 0 is good, and version COUNT is bad. */
void bisection_begin(struct bisection *bisection, unsigned int count);

/*
 * The version to test next, or 0 if no test can tell more. It is in the middle of the suspects,
 * unless the versions there were skipped: each skip doubles the distance from the middle, because
 * the neighbours of a version that does not build rarely build.
 */
unsigned int bisection_next(const struct bisection *bisection);

/* Store the OUTCOME of a test of VERSION. */
void bisection_note(struct bisection *bisection, unsigned int version, enum outcome outcome);

/*
 * The suspects so far. If bisection_next() returns 0 and there are several, the versions between
 * them were skipped.
 */
struct suspects bisection_suspects(const struct bisection *bisection);

/* The largest number of tests that remain if none of them is skipped. */
unsigned int bisection_remaining(const struct bisection *bisection);

/* Free the memory of BISECTION. */
void bisection_end(struct bisection *bisection);
#define cleanup_bisection __attribute__((cleanup(bisection_end)))

#endif
