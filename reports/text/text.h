/* SPDX-License-Identifier: GPL-2.0-only */
/* The report on a terminal, part by part. */
#ifndef REPORTS_TEXT_TEXT_H
#define REPORTS_TEXT_TEXT_H

#include "reports/history/history.h"
#include "reports/model/changes.h"
#include "reports/model/news.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

/* Print the table: a line per kernel, a column per family. */
void results_print_table(const struct results *results, const struct page *page);

/* Print why cases were skipped, and their DUTs: ALL reasons, or the most frequent ones. */
void results_print_skips(const struct results *results, bool all, const struct page *page);

/*
 * Print known failures, and cases that are listed as such but passed: a line for each scenario,
 * with its DUTs and the reason.
 */
void results_print_known(const struct results *results, const struct page *page);

/*
 * Print the cases that neither passed nor were skipped, except for known failures, and each leak:
 * the promise of the scenario, the observed values, the source line and the command that reruns it.
 * Equal failures of one scenario on one kernel share a block.
 */
void results_print_failures(const struct results *results, const struct page *page);

/* Print each leak once, known or not, even if several guests and cases have it. */
void results_print_leaks(const struct results *results, const struct page *page);

/* Print a line for each case whose attempts have different verdicts. */
void results_print_attempts(const struct results *results, const struct page *page);

/*
 * Print a comparison: each unlisted difference, once for all DUTs with the same one, then the
 * totals in one line. results_print_failures() prints the regressions.
 */
void comparison_print(const struct results *results, const struct comparison *comparison,
		      const struct page *page);

/* Which changes to print; the others are only counted. */
enum changes_shown {
	CHANGES_SHORT, /* the first blocks of each class that matters in any comparison */
	CHANGES_NEW,   /* the first blocks of each class but those that were so before */
	CHANGES_ALL,
};

/*
 * Print what changed between two runs, class by class, with equal changes of one scenario in one
 * block. The last line has the number of changes in each class. AFTER are the results of the second
 * run, for the commands that repeat a failure; NULL: print none.
 */
void changes_print(const struct changes *changes, enum changes_shown shown,
		   const struct results *after, const struct page *page);

/*
 * Print what is new in a run, kernel by kernel, as a mail that begins with its subject, in
 * MAIL_LINES_MAX lines at most. REPORT is where to read more.
 */
void news_print(const struct news *news, const char *report, const struct page *page);

#define MAIL_LINES_MAX 190

/*
 * Print the runs of a history, a line for each kernel; print the case NAME through its runs, a line
 * for each of TRACKS with the last COUNT marks of its strip.
 */
void history_print_runs(const struct history_runs *runs, const struct page *page);
void history_print_tracks(const char *name, const struct tracks *tracks, unsigned int count,
			  const struct page *page);

/* Print the meaning of the marks. */
void history_print_legend(const struct page *page);

#endif
