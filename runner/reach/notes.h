/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The notes that gcc writes beside an instrumented object (.gcno): the blocks of each function, the
 * arcs between them, and the lines of each block. With the counters of a run they show which lines
 * were executed. gcov does the same, but takes a process for each object and case.
 */
#ifndef RUNNER_REACH_NOTES_H
#define RUNNER_REACH_NOTES_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct notes_arc {
	uint32_t from, to;
	bool counted; /* it has a counter; the others follow from these */
};

struct notes_line {
	uint32_t block;
	uint32_t file; /* index in files */
	uint32_t line;
};

struct notes_function {
	uint32_t ident;
	uint32_t blocks;
	struct {
		struct notes_arc *items;
		size_t count;
	} arcs; /* in the order of their counters */
	struct {
		struct notes_line *items;
		size_t count;
	} lines;
};

struct notes {
	struct list files; /* paths as the compiler got them */
	struct {
		struct notes_function *items;
		size_t count;
	} functions;
};

/*
 * Read the notes in PATH into NOTES, which is zeroed. Returns 0, or -errno with a message in WHY:
 * -ENOTSUP if they are not by gcc 12 or later. The caller frees NOTES in any case.
 */
int notes_read(const char *path, struct notes *notes, struct buf *why);

/* The function IDENT, or NULL. */
const struct notes_function *notes_find(const struct notes *notes, uint32_t ident);

/* A counter that is not zero. */
struct notes_count {
	size_t index;
	uint64_t value;
};

/*
 * Set REACHED, an array of as many flags as FUNCTION has blocks, for the blocks that were executed
 * according to the COUNT counters COUNTS. Counters that are not listed are zero.
 */
void notes_solve(const struct notes_function *function, const struct notes_count *counts,
		 size_t count, bool *reached);

/* Free what NOTES holds. */
void notes_free(struct notes *notes);
#define cleanup_notes __attribute__((cleanup(notes_free)))

#endif
