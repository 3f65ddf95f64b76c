/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long each case took in earlier runs, used to give lanes equal shares. Stored in
 * LAB_CACHE/durations.json. Durations do not depend on the kernel: the jobs of all kernels are
 * split alike, so that the cases being compared ran in the same order.
 */
#ifndef RUNNER_PLAN_DURATIONS_H
#define RUNNER_PLAN_DURATIONS_H

#include "reports/model/record.h"

struct durations;

/*
 * Read the durations stored in CACHE, and from the file WEIGHTS (weights.h, or NULL) those of the
 * DUTs whose cases never ran, as on a cold cache. A missing or unreadable file counts as empty.
 * Never NULL. The caller frees the result with durations_free().
 */
struct durations *durations_read(const char *cache, const char *weights);

/*
 * The expected duration in ms of the case NAME ("SCENARIO[DUT]") on MACHINE: at least 1. If the
 * case never ran, the weight of its DUT; without one, or if DURATIONS is NULL, a guess.
 */
unsigned int duration_of(const struct durations *durations, const char *machine, const char *name);

/*
 * Add the durations of CASES, of one run, and store all in CACHE. Only cases that passed or were
 * skipped count; of several kernels, the longest does. Returns 0 or -errno.
 */
int durations_keep(struct durations *durations, const struct records *cases, const char *cache);

/* Free DURATIONS, which may be NULL. */
void durations_free(struct durations *durations);

#endif
