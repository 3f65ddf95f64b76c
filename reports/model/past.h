/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Earlier runs, as reports show them: the marks of a case in each run, and the totals of each run.
 * They are optional; reports/history reads them.
 */
#ifndef REPORTS_MODEL_PAST_H
#define REPORTS_MODEL_PAST_H

#include "reports/model/record.h"

/* Maximum length of a strip. */
#define PAST_RUNS_MAX 30

/* An earlier run of the same kernels. */
struct past_run {
	char *name;
	char *started; /* UTC: "2026-01-02T03:04:05Z" */
	double seconds;
	unsigned int boot_ms; /* median of its guests; 0: not known */
	unsigned int of[VERDICT_COUNT];
	unsigned int known; /* known failures among them */
};

/* A case of a kernel in the earlier runs. */
struct past_case {
	char *kernel;
	char *machine;
	char *name;  /* "SCENARIO[DUT]" */
	char *marks; /* enum mark, the oldest run first */
};

/*
 * The result of a case in a run as a character of a strip, in pages and in the output of vfiolab
 * history.
 */
enum mark {
	MARK_PASSED = '.',
	MARK_FAILED = 'F',
	MARK_KNOWN_FAILURE = 'x',
	MARK_SKIPPED = 's',
	MARK_LAB_ERROR = 'E',
	MARK_NOT_RUN = '-',
	MARK_DIFFER = '~', /* attempts */
	MARK_ABSENT = ' ', /* the run did not have the case */
};

/* The mark of a case with VERDICT, KNOWN if it is a known failure. */
enum mark mark_of(enum verdict verdict, bool known);

struct past {
	struct {
		struct past_run *items; /* the oldest first */
		size_t count;
	} runs;
	struct {
		struct past_case *items;
		size_t count;
	} cases;
};

/* Sort the cases of PAST, which past_marks() needs. */
void past_sort(struct past *past);

/* The marks of a case; NULL if PAST is NULL or does not have it. PAST owns them. */
const char *past_marks(const struct past *past, const char *kernel, const char *machine,
		       const char *name);

/* Free the content of PAST, which is empty afterwards. */
void past_free(struct past *past);
#define cleanup_past __attribute__((cleanup(past_free)))

#endif
