/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attempts: a run may execute a case several times (REPEAT=, RETRY=). Each execution has its own
 * record, numbered by the member attempt.
 */
#ifndef REPORTS_MODEL_ATTEMPTS_H
#define REPORTS_MODEL_ATTEMPTS_H

#include "reports/model/results.h"

/* The attempts at one case of one kernel on one machine. */
struct attempts {
	const struct record *worst;   /* the first of the worst; owned by the results */
	const struct record *passed;  /* the first that passed, or NULL */
	const struct record *skipped; /* the first that was skipped, or NULL */
	bool flaky;		      /* another attempt excuses one (attempts_excuse) */
	unsigned int count;
	unsigned int of[VERDICT_COUNT];
};

/*
 * Gather the attempts at each case of KERNEL, or of all kernels if it is NULL, in the order of
 * RESULTS. The order from worst to best is: failed, known failure, error, not run, passed, skipped.
 * Returns the number of cases. The caller frees *FOUND.
 */
size_t attempts_gather(const struct results *results, const char *kernel, struct attempts **found);

/* Whether the attempts have different verdicts. */
bool attempts_differ(const struct attempts *attempts);

/*
 * The attempt that excuses RECORD, which is one of ATTEMPTS and failed or had an error: one that
 * passed. An error, which is not the kernel's, is also excused by an attempt that was skipped.
 * Returns NULL if there is none.
 */
const struct record *attempts_excuse(const struct attempts *attempts, const struct record *record);

/*
 * Flag each record of RESULTS that failed or had an error if another attempt excuses it. It is then
 * no failure (record_failed()), and does not represent its case.
 */
void attempts_flag(struct results *results);

/* The number of cases of KERNEL, or of all kernels if it is NULL, with such a flag. */
unsigned int attempts_flaky(const struct results *results, const char *kernel);

#endif
