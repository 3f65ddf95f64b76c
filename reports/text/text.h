/* SPDX-License-Identifier: GPL-2.0-only */
/* The report on a terminal, part by part. */
#ifndef REPORTS_TEXT_TEXT_H
#define REPORTS_TEXT_TEXT_H

#include "reports/history/history.h"
#include "reports/model/changes.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

/* Print the table: a line a kernel, a column a family. */
void results_print_table(const struct results *results, const struct page *page);

/* Print why cases were skipped, and of which DUTs: ALL reasons, or those of the most cases. */
void results_print_skips(const struct results *results, bool all, const struct page *page);

/*
 * Print known failures, and what is listed as one but passed: a line for each scenario, with its
 * DUTs and the reason.
 */
void results_print_known(const struct results *results, const struct page *page);

/*
 * Print the cases that neither passed nor were skipped, except for known failures, and each leak:
 * what the scenario promises, what was seen, where, and how to run it again. Equal failures of one
 * scenario on one kernel share a block.
 */
void results_print_failures(const struct results *results, const struct page *page);

/* Print each leak once, known or not, whatever the number of guests and cases that have it. */
void results_print_leaks(const struct results *results, const struct page *page);

/* Print a line for each case whose attempts do not all have the same verdict. */
void results_print_attempts(const struct results *results, const struct page *page);

/*
 * Print a comparison: each unlisted difference, once for all DUTs that have the same, then what it
 * comes to in a line. The regressions are printed by results_print_failures().
 */
void comparison_print(const struct comparison *comparison, const struct page *page);

/*
 * Print what changed between two runs, class by class, equal changes of one scenario in one block,
 * and how many there are of each class in the last line. Unless ALL is set, long classes are cut
 * short, and of those that are no news there is only the number.
 */
void changes_print(const struct changes *changes, bool all, const struct page *page);

/*
 * Print the runs of a history, a line for each kernel; and the case NAME through its runs, a line
 * for each of TRACKS, of whose strip the last COUNT marks are shown.
 */
void history_print_runs(const struct history_runs *runs, const struct page *page);
void history_print_tracks(const char *name, const struct tracks *tracks, unsigned int count,
			  const struct page *page);

/* Print what the marks of a strip mean. */
void history_print_legend(const struct page *page);

#endif
