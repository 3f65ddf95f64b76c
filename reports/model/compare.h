/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one kernel does otherwise than another: verdicts, and facts that cases observed. Differences
 * that a series means to make are listed with it.
 */
#ifndef REPORTS_MODEL_COMPARE_H
#define REPORTS_MODEL_COMPARE_H

#include "reports/model/expectations.h"
#include "reports/model/results.h"

/*
 * Compare kernel B with kernel A and add the comparison to RESULTS, which owns it. Of several
 * attempts at a case the worst counts, on either side. EXPECTATIONS has what B means to change, and
 * counts what occurred. Returns the comparison; it is valid until the next one is added.
 */
struct comparison *compare_kernels(struct results *results, const char *a, const char *b,
				   struct expectations *expectations);

/* Forget what is expected and did not occur: not all cases ran. */
void comparison_forget_unseen(struct comparison *comparison);

/* Whether the comparison says that B is worse, or other than it means to be. */
bool comparison_failed(const struct comparison *comparison);

/* The comparison in RESULTS that has RECORD among its regressions; NULL if none has. */
const struct comparison *comparison_that_lost(const struct results *results,
					      const struct record *record);

/*
 * The make variables that compare the two kernels of COMPARISON again ("KERNELS='base series'").
 * The caller frees them.
 */
char *comparison_choice(const struct comparison *comparison);

#endif
