/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one kernel does otherwise than another: verdicts, and facts that cases
 * observed. Differences that a series means to make are listed with it.
 */
#ifndef REPORTS_MODEL_COMPARE_H
#define REPORTS_MODEL_COMPARE_H

#include "reports/model/expectations.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Compare kernel B with kernel A, of RESULTS. The comparison, which the caller
 * owns, is an object of
 *   a, b         the kernels
 *   make         what has make choose B
 *   regressions  cases that passed on A and do not on B, unless that is known of B (reports/model/known.h)
 *   fixed        cases that failed on A and pass on B
 *   unlisted     facts that differ, and verdicts that turned into SKIP, without being expected
 *   listed       the same, expected, and failures that are known of B, with the reason
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
