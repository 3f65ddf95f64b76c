/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one kernel does otherwise than another: verdicts, and facts that cases
 * observed. Differences that a series means to make are listed with it.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "lab/base/buf.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * A difference that is meant: both are globs, over "case" and over the fact's
 * name ("verdict" for the verdict), in which * and ? are special, and [ is not.
 */
struct expectation {
	char *cases; /* as written; NULL: any case */
	char *fact;
	char *reason;
	unsigned int seen; /* how often it occurred */
};

struct expectations {
	struct expectation *items;
	size_t count;
};

/*
 * Read a list: lines "FACT-GLOB  # REASON" or "CASE-GLOB FACT-GLOB  #
 * REASON"; empty lines and lines that begin with # are comments. 0, or -errno (-ENOENT: there is no such
 * list) and one line in WHY (-EINVAL: the line that is not understood).
 */
int expectations_read(const char *path, struct expectations *expectations, struct buf *why);

void expectations_free(struct expectations *expectations);
#define cleanup_expectations __attribute__((cleanup(expectations_free)))

/*
 * Compare kernel B with kernel A, of RESULTS. The comparison, which the caller
 * owns, is an object of
 *   a, b         the kernels
 *   make         what has make choose B
 *   regressions  cases that passed on A and do not on B
 *   fixed        cases that failed on A and pass on B
 *   unlisted     facts that differ, and verdicts that turned into SKIP, without being expected
 *   listed       the same, expected, with the reason
 *   unseen       expectations that did not occur
 * the first four arrays of { case, machine, fact, a, b, reason }.
 */
json_object *compare_kernels(json_object *results, const char *a, const char *b,
			     struct expectations *expectations);

/* Whether the comparison says that B is worse, or other than it means to be. */
bool comparison_failed(json_object *comparison);

/*
 * Print a comparison: each regression and each unlisted difference, once for all
 * DUTs that have the same, then what it comes to in a line.
 */
void comparison_print(json_object *comparison, FILE *out);

#endif
