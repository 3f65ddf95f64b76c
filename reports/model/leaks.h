/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaks of kernel memory, the part "leaks" of the results (docs/schema.md). A leak belongs to a
 * guest, not to a case: the agent searches for leaks when all cases have their verdicts.
 */
#ifndef REPORTS_MODEL_LEAKS_H
#define REPORTS_MODEL_LEAKS_H

#include "reports/model/known.h"
#include "reports/model/results.h"

/*
 * Add the leak that a guest of KERNEL and MACHINE reported as LINE, "TIMES BYTES CASE FRAME < FRAME
 * ..." (docs/protocol.md). Its member known gets the reason in KNOWN, if the leak is listed there.
 */
void leaks_add(struct results *results, const char *kernel, const char *machine, const char *line,
	       const struct known *known);

/* The number of leaks of KERNEL, or of all kernels if it is NULL, that are not known. */
unsigned int leaks_count(const struct results *results, const char *kernel);

/* Whether A and B are the same leak, possibly in different guests and cases. */
bool leaks_same(const struct leak *a, const struct leak *b);

#endif
