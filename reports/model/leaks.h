/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaks of a kernel's memory, the part "leaks" of the results (docs/schema.md). They belong to a
 * guest, not to a case: the agent looks for them when all cases have their verdicts.
 */
#ifndef REPORTS_MODEL_LEAKS_H
#define REPORTS_MODEL_LEAKS_H

#include "reports/model/known.h"
#include "reports/model/results.h"

/*
 * Add what a guest of KERNEL and MACHINE reported of one: "TIMES BYTES CASE FRAME < FRAME ..."
 * (docs/protocol.md). Its member known is why it is no news, if KNOWN has a reason.
 */
void leaks_add(struct results *results, const char *kernel, const char *machine, const char *said,
	       const struct known *known);

/* How many of KERNEL, or of all kernels if that is NULL, are not known. */
unsigned int leaks_count(const struct results *results, const char *kernel);

/* Whether A and B are the same leak, in whatever guest and case. */
bool leaks_same(const struct leak *a, const struct leak *b);

#endif
