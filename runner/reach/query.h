/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds places of the kernel's source, and the cases that reach them. */
#ifndef RUNNER_REACH_QUERY_H
#define RUNNER_REACH_QUERY_H

#include "runner/reach/reach.h"

/* A set of lines: a function, a line, or a file. */
struct reach_place {
	struct reach_set lines;
};

struct reach_cases {
	struct {
		const struct reach_case *of;
		bool body; /* its scenario reaches it, not only the preparation of its DUT */
	} *items;
	size_t count;
};

/* The index after the last line of the function of the line at FIRST. */
size_t reach_function_end(const struct reach *reach, size_t first);

/*
 * Find WORD: FUNCTION, FILE:LINE or FILE. FILE may leave out folders. Returns 0; -ENOENT, with a
 * message in WHY only if WORD is a line of a known file; or -EINVAL with a message in WHY if it is
 * in several files. The caller frees PLACE in any case.
 */
int reach_place_find(const struct reach *reach, const char *word, struct reach_place *place,
		     struct buf *why);

/*
 * Add to CASES those that reach a line of PLACE, the quickest first. The caller frees its items.
 * What runs before the first case of a guest is left out.
 */
void reach_place_cases(const struct reach *reach, const struct reach_place *place,
		       struct reach_cases *cases);

void reach_place_free(struct reach_place *place);
#define cleanup_reach_place __attribute__((cleanup(reach_place_free)))

#endif
