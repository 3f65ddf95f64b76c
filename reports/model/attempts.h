/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attempts: a case may be executed several times in a run (REPEAT=), and each execution has a
 * record, with its number as the member attempt.
 */
#ifndef REPORTS_MODEL_ATTEMPTS_H
#define REPORTS_MODEL_ATTEMPTS_H

#include "reports/model/results.h"

/* The attempts at one case of one kernel on one machine. */
struct attempts {
	const struct record *worst;   /* the first of the worst; the results own it */
	const struct record *passed;  /* the first that passed; NULL: none did */
	const struct record *skipped; /* the first that was skipped; NULL: none was */
	bool flaky;		      /* one is excused by another (attempts_excuse) */
	unsigned int count;
	unsigned int of[VERDICT_COUNT];
};

/*
 * Gather the attempts at each case of KERNEL, or of all kernels if that is NULL, in the order of
 * RESULTS. From worst to best an attempt failed, failed as it is known to, had an error, did not
 * run, passed, was skipped. Returns how many cases there are; the caller frees *FOUND.
 */
size_t attempts_gather(const struct results *results, const char *kernel, struct attempts **found);

/* Whether the attempts do not have all the same verdict. */
bool attempts_differ(const struct attempts *attempts);

/*
 * The attempt that excuses RECORD, which is one of ATTEMPTS and failed or had an error: one that
 * passed; for an error, which says nothing of the kernel, also one that was skipped. NULL: none.
 */
const struct record *attempts_excuse(const struct attempts *attempts, const struct record *record);

/*
 * After retries: flag each record of RESULTS that failed or had an error, if another attempt
 * excuses it. It is no failure then (record_failed()), and does not stand for its case.
 */
void attempts_flag(struct results *results);

/* How many cases of KERNEL, or of all kernels if that is NULL, are so flagged. */
unsigned int attempts_flaky(const struct results *results, const char *kernel);

#endif
