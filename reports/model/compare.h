/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between two kernels: verdicts, and facts that cases observed. A series lists the
 * differences that it intends.
 */
#ifndef REPORTS_MODEL_COMPARE_H
#define REPORTS_MODEL_COMPARE_H

#include "reports/model/expectations.h"
#include "reports/model/results.h"

/*
 * Compare kernel B with kernel A and add the comparison to RESULTS, which owns it. If a case has
 * several attempts, the worst counts on either side. EXPECTATIONS lists the intended changes of B;
 * their counts of occurrences are updated. Returns the comparison, which is valid until the next
 * one is added.
 */
struct comparison *compare_kernels(struct results *results, const char *a, const char *b,
				   struct expectations *expectations);

/* Remove the expected differences that did not occur. Called if not all cases ran. */
void comparison_forget_unseen(struct comparison *comparison);

/* Whether B is worse than A, or differs in an unexpected way. */
bool comparison_failed(const struct comparison *comparison);

/* The comparison in RESULTS that has RECORD among its regressions, or NULL. */
const struct comparison *comparison_that_lost(const struct results *results,
					      const struct record *record);

/* The make variables that repeat COMPARISON ("KERNELS='base series'"). The caller frees them. */
char *comparison_choice(const struct comparison *comparison);

#endif
