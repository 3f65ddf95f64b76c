/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts the reasons why cases do not run. Equal reasons of several DUTs share a line. */
#ifndef REPORTS_TEXT_REASONS_H
#define REPORTS_TEXT_REASONS_H

#include "lab/base/list.h"

#include <stdio.h>

/* A reason, the number of its cases, and their DUTs. */
struct reason {
	char *reason;
	unsigned int cases;
	struct list duts;
};

struct reasons {
	struct reason *items;
	size_t count;
	unsigned int cases; /* of all reasons */
};

/*
 * Count a case of DUT that does not run, for the reason WHY. The text after a semicolon depends on
 * the DUT and is ignored.
 */
void reasons_add(struct reasons *reasons, const char *why, const char *dut);

/* Sort the reasons by the number of their cases, highest first. */
void reasons_sort(struct reasons *reasons);

/* Print a line for each reason to OUT, sorted in the same way. */
void reasons_print(struct reasons *reasons, FILE *out);

void reasons_free(struct reasons *reasons);
#define cleanup_reasons __attribute__((cleanup(reasons_free)))

#endif
