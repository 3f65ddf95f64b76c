/* SPDX-License-Identifier: GPL-2.0-only */
/* The outcome of a run, in numbers and in one line. */
#ifndef REPORTS_SUMMARY_H
#define REPORTS_SUMMARY_H

#include "reports/model/matrix.h"

enum news {
	NEWS_REGRESSION, /* passed on the first kernel, fails on another */
	NEWS_FAILURE,	 /* any other failure that is not known */
	NEWS_UNLISTED,	 /* differences that are not expected */
	NEWS_LEAK,
	NEWS_ERROR,
	NEWS_MISS,
	NEWS_FLAKY,
	NEWS_FIXED,
	NEWS_KINDS
};

struct summary {
	unsigned int of[NEWS_KINDS];
	unsigned int passed, skipped, known;
	unsigned int cases; /* of all kernels */
};

/* "regression", "regressions", ...: by kind; singular and plural. */
extern const char *const news_names[NEWS_KINDS][2];

struct summary summarize(const struct results *results, const struct matrix *matrix);

/*
 * What went wrong, worst first: "2 regressions, 1 failure", or "no failure". The caller frees it.
 */
char *headline(const struct results *results, const struct summary *summary);

/* The kind of news that CELL is. NEWS_KINDS if it passed, was skipped or is a known failure. */
enum news cell_news(const struct cell *cell);

#endif
