/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a run: the content of results.json (docs/schema.md), from which all else is
 * derived.
 */
#ifndef REPORTS_MODEL_RESULTS_H
#define REPORTS_MODEL_RESULTS_H

#include "reports/model/record.h"

#define RESULTS_SCHEMA 1

struct page;

/* Results without cases. The caller owns them (json_object_put). */
json_object *results_new(void);

/*
 * What has make choose KERNEL ("KERNELS=base SERIES=my.mbox"), as far as is known. The caller frees
 * it.
 */
char *results_choice(json_object *results, const char *kernel);

/*
 * The part "run", "kernels", "machines", "scenarios" (objects) or "cases", "guests", "leaks",
 * "comparisons" (arrays) of RESULTS, which owns it.
 */
json_object *results_part(json_object *results, const char *part);

/* What SCENARIO promises, in a sentence; "" if that is not known. RESULTS owns it. */
const char *results_promise(json_object *results, const char *scenario);

/* How many cases have VERDICT. */
unsigned int results_count(json_object *results, enum verdict verdict);

/* How many cases failed that are not known to (reports/model/known.h). */
unsigned int results_failures(json_object *results);

/*
 * What the run comes to as an exit status: 1 a case failed that is not known to, a kernel leaks
 * memory, or one compares badly with the first; 2 the lab failed on one, or the run is not
 * complete; 4 there was nothing but SKIP; else 0.
 */
int results_status(json_object *results);

/* Write RESULTS to FOLDER/results.json, whole or not at all. 0 or -errno. */
int results_write(json_object *results, const char *folder);

/* Read FOLDER/results.json. 0, or -errno (-EINVAL: not of this schema). */
int results_read(const char *folder, json_object **results);

/* Print the table: a line a kernel, a column a family. */
void results_print_table(json_object *results, const struct page *page);

/*
 * Print why cases were skipped, and which DUTs it was for: for ALL reasons, or those of the most
 * cases.
 */
void results_print_skips(json_object *results, bool all, const struct page *page);

/*
 * Print known failures, and what is listed as one but passed: a line for each scenario, with its
 * DUTs and the reason.
 */
void results_print_known(json_object *results, const struct page *page);

/*
 * Print the cases that neither passed nor were skipped, except for known failures, and each leak:
 * what the scenario promises, what was seen, where, and how to run it again. Equal failures of one
 * scenario on one kernel share a block.
 */
void results_print_failures(json_object *results, const struct page *page);

/* Print a line for each case whose attempts do not all have the same verdict. */
void results_print_attempts(json_object *results, const struct page *page);

#endif
