/* SPDX-License-Identifier: GPL-2.0-only */
/* What a record has to show for its verdict, as text; commands that repeat it. */
#ifndef REPORTS_EVIDENCE_H
#define REPORTS_EVIDENCE_H

#include "reports/model/matrix.h"

#include <stddef.h>

/*
 * The reason, the scenario's line, leftovers, the kernel's report and the console of RECORD, in at
 * most MAX bytes, of which the last line says so if there were more. The caller frees it.
 */
char *record_evidence(const struct record *record, size_t max);

/*
 * The command that runs the case of CELL again ("make lab-run KERNELS=..."): both kernels, if it is
 * a regression. The caller frees it.
 */
char *cell_command(const struct results *results, const struct cell *cell);

#endif
