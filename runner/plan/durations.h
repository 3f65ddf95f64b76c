/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long cases took in earlier runs, so that lanes can be given equal shares. Kept as
 * LAB_CACHE/durations.json. No kernel is named: all kernels have their cases cut alike, so that
 * what they are compared by has run under the same circumstances.
 */
#ifndef RUNNER_PLAN_DURATIONS_H
#define RUNNER_PLAN_DURATIONS_H

#include "reports/model/record.h"

struct durations;

/* What is known in CACHE, which may be nothing. The caller frees it. */
struct durations *durations_read(const char *cache);

/*
 * How long the case NAME ("SCENARIO[DUT]") may take on MACHINE, in ms: at least 1, and a guess if
 * it never ran, or if DURATIONS is NULL.
 */
unsigned int duration_of(const struct durations *durations, const char *machine, const char *name);

/*
 * Add what the cases of a run took (the longest, over its kernels, of those that passed or were
 * skipped), and keep it in CACHE. Returns 0 or -errno.
 */
int durations_keep(struct durations *durations, const struct records *cases, const char *cache);

/* Free DURATIONS, which may be NULL. */
void durations_free(struct durations *durations);

#endif
