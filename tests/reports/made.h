/* SPDX-License-Identifier: GPL-2.0-only */
/* Results of runs that did not happen, for tests of what reports make of them. */
#ifndef TESTS_REPORTS_MADE_H
#define TESTS_REPORTS_MADE_H

#include "reports/model/results.h"

/* A case. What is NULL is "base", "pci", "bind/x" or "edu". */
struct made_case {
	enum verdict verdict;
	const char *dut;
	const char *kernel;
	const char *machine;
	const char *scenario;
	const char *reason;
	enum mode mode;
};

/* Add a case to RESULTS, which own the record; it is valid until the next is added. */
struct record *made_case_add(struct results *results, const struct made_case *made);

/* The same by its members: add_case(&results, VERDICT_PASS, .dut = "igb"). */
#define add_case(results, its_verdict, ...)                                                        \
	made_case_add((results), &(const struct made_case){.verdict = (its_verdict), __VA_ARGS__})

/*
 * The report on RESULTS, with all skips: table, skips, known failures, failures and leaks, for a
 * page of WIDTH columns (0: a file). The caller frees it.
 */
char *report_on(const struct results *results, unsigned int width, bool colour);

/* The number of times that TEXT has WHAT. */
unsigned int occurrences(const char *text, const char *what);

#endif
