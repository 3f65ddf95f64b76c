/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that supports the verdict of a record, and commands that repeat the case. */
#ifndef REPORTS_EVIDENCE_H
#define REPORTS_EVIDENCE_H

#include "reports/model/matrix.h"

#include <stddef.h>

/*
 * The reason, the scenario's line, leftovers, the kernel's report and the console of RECORD, in at
 * most MAX bytes. If something was cut, the last line states it. The caller frees it.
 */
char *record_evidence(const struct record *record, size_t max);

/*
 * The command that runs the case of CELL again ("make lab-run KERNELS=..."): on both kernels if the
 * case is a regression. The caller frees it.
 */
char *cell_command(const struct results *results, const struct cell *cell);

/*
 * The command that packs the case of RECORD, to run it elsewhere (docs/repro.md), or
 * NULL if its guest boots a disk image, which is too large to be packed. The caller frees it.
 */
char *record_repro(const struct results *results, const struct record *record);

#endif
