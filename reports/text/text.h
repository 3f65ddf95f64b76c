/* SPDX-License-Identifier: GPL-2.0-only */
/* The report on a terminal, part by part. */
#ifndef REPORTS_TEXT_TEXT_H
#define REPORTS_TEXT_TEXT_H

#include "reports/history/history.h"
#include "reports/model/changes.h"
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
void comparison_print(const struct comparison *comparison, const struct page *page);

/*
 * Print what changed between two runs, class by class, with equal changes of one scenario in one
 * block. The last line has the number of changes in each class. Unless ALL is set, long classes are
 * cut, and classes that need no attention are only counted.
 */
void changes_print(const struct changes *changes, bool all, const struct page *page);

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
