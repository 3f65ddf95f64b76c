/* SPDX-License-Identifier: GPL-2.0-only */
/* Why cases do not run, counted: equal reasons of several DUTs are one line. */
#ifndef REPORTS_TEXT_REASONS_H
#define REPORTS_TEXT_REASONS_H

#include "lab/base/list.h"

#include <stdio.h>

/* One reason, for how many cases it holds, and on which DUTs. */
struct reason {
	char *reason;
	unsigned int cases;
	struct list duts;
};

struct reasons {
	struct reason *items;
	size_t count;
	unsigned int cases; /* of all */
};

/*
 * Count a case of DUT that does not run for WHY. What follows a semicolon is particular to the DUT:
 * it is ignored.
 */
void reasons_add(struct reasons *reasons, const char *why, const char *dut);

/* Sort them: the one of the most cases first. */
void reasons_sort(struct reasons *reasons);

/* Print a line for each reason to OUT, the one of the most cases first. */
void reasons_print(struct reasons *reasons, FILE *out);

void reasons_free(struct reasons *reasons);
#define cleanup_reasons __attribute__((cleanup(reasons_free)))

#endif
