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
	const struct record *worst;  /* the first of the worst; the results own it */
	const struct record *passed; /* the first that passed; NULL: none did */
	bool flaky;		     /* one did not pass, and is excused because another did */
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
 * After retries: flag each record of RESULTS that failed or had an error, if another attempt at the
 * case passed. It is no failure then (record_failed()), and does not stand for its case.
 */
void attempts_flag(struct results *results);

/* How many cases of KERNEL, or of all kernels if that is NULL, are so flagged. */
unsigned int attempts_flaky(const struct results *results, const char *kernel);

#endif
