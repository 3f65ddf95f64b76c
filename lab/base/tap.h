/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the output of a foreign test program, line by line: TAP 13 and 14, KTAP 1, and what the
 * kernel's selftests make of them. Any bytes are valid input; memory is bounded (TAP_DEPTH_MAX,
 * TAP_HELD_MAX).
 *
 * Nested results, indented or behind "# ", belong to the next result outside of them. They are
 * called PARENT.NAME. The parent itself is a result only if it says something else than they do.
 */
#ifndef LAB_BASE_TAP_H
#define LAB_BASE_TAP_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

#include <stdbool.h>
#include <stddef.h>

enum tap_outcome {
	TAP_PASS,
	TAP_FAIL,
	TAP_SKIP,
	TAP_XFAIL, /* it failed, as TODO or XFAIL announces */
	TAP_OUTCOMES
};

struct tap_test {
	char *name;   /* letters, digits and ._+:=@~-, at most TAP_NAME_MAX bytes; not empty */
	char *reason; /* NULL: none given */
	enum tap_outcome outcome;
};

#define TAP_NAME_MAX  160
#define TAP_DEPTH_MAX 8

/* Results of one level that wait for their parent; further ones are counted but have no names. */
#define TAP_HELD_MAX 4096

/* One level of nesting. */
struct tap_level {
	unsigned int column; /* of its lines */
	bool planned;
	unsigned int plan;
	unsigned int seen;
	size_t first; /* index of the first held result inside of the level */
};

struct tap {
	/* Gets each result, in the order of the output, nested ones before the next outer one. */
	void (*test)(void *context, const struct tap_test *test);
	void *context;
	bool is_tap;	/* there was a version or a plan */
	char *bail_out; /* NULL: there was none */
	char *problem;	/* the first violation of the format; NULL: there was none */
	char *skip;	/* the first reason for a skip */
	char *note;	/* the first diagnostic since the last result */
	unsigned int of[TAP_OUTCOMES];
	struct list failed; /* names, at most TAP_FAILED_MAX */
	struct tap_level levels[TAP_DEPTH_MAX];
	size_t depth;
	struct {
		struct tap_test *items;
		size_t count;
	} held;
};

/* Names of failed tests that tap_end() lists. */
#define TAP_FAILED_MAX 4

/* Read LINE, without its newline. Only the members test and context of a new TAP are not 0. */
void tap_line(struct tap *tap, const char *line);

/*
 * The output has ended. Returns whether it was TAP or KTAP at all. If so, and if it does not mean
 * success, *FAIL tells why: what failed, a plan that is missing or does not agree, or "Bail out!";
 * or *SKIP why all was skipped. The caller frees both.
 */
bool tap_end(struct tap *tap, char **fail, char **skip);

/* The number of results. */
unsigned int tap_count(const struct tap *tap);

/* Free what TAP holds. */
void tap_free(struct tap *tap);
#define cleanup_tap __attribute__((cleanup(tap_free)))

#endif
