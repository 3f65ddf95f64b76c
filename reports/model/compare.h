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

struct page;

/*
 * Compare kernel B with kernel A, of RESULTS. Of several attempts at a case the worst counts, on
 * either side. The comparison, which the caller owns, is an object of
 *   a, b         the kernels
 *   make         what has make choose B
 *   regressions cases that passed on A and fail on B, unless that is known of B
 *   (reports/model/known.h) fixed cases that failed on A and pass on B unjudged cases that only one
 *   of the two has a verdict on: they did not run on the other, or the lab failed unlisted facts
 *   that differ, and verdicts that turned into SKIP, without being expected listed the same,
 *   expected, and failures that are known of B, with the reason unseen expectations that did not
 *   occur
 * all but the last arrays of { case, machine, fact, a, b, reason }.
 */
json_object *compare_kernels(json_object *results, const char *a, const char *b,
			     struct expectations *expectations);

/* Whether the comparison says that B is worse, or other than it means to be. */
bool comparison_failed(json_object *comparison);

/*
 * The comparison in RESULTS, which owns it, that has RECORD among its regressions; NULL if none
 * has.
 */
json_object *comparison_that_lost(json_object *results, json_object *record);

/*
 * The make variables that compare the two kernels of COMPARISON again ("KERNELS='base series'").
 * The caller frees it.
 */
char *comparison_choice(json_object *comparison);

/*
 * Print a comparison: each unlisted difference, once for all DUTs that have the same, then what it
 * comes to in a line. The regressions are printed by results_print_failures().
 */
void comparison_print(json_object *comparison, const struct page *page);

#endif
