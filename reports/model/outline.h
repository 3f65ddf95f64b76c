/* SPDX-License-Identifier: GPL-2.0-only */
/* The outline of a plan: its cases, for the shards that run parts of it. */
#ifndef REPORTS_MODEL_OUTLINE_H
#define REPORTS_MODEL_OUTLINE_H

#include "reports/model/results.h"

/* Append an empty list of cases for MACHINE on KERNEL. It is valid until the next one is added. */
struct planned *outline_add(struct outline *outline, const char *kernel, const char *machine);

/*
 * A hash of OUTLINE and of the keys of its kernels in RESULTS. Runs with the same hash do the same.
 * The caller frees it.
 */
char *outline_hash(const struct outline *outline, const struct results *results);

/* The attempt (1, 2, ...) of case number I (from 0) of PLANNED. */
unsigned int planned_attempt(const struct planned *planned, size_t i);

void outline_free(struct outline *outline);
#define cleanup_outline __attribute__((cleanup(outline_free)))

#endif
