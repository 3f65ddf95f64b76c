/* SPDX-License-Identifier: GPL-2.0-only */
/* vfiolab compare --traces: shows where the traces of two kernels part. */
#ifndef RUNNER_CLI_COMPARE_TRACES_H
#define RUNNER_CLI_COMPARE_TRACES_H

#include "runner/cli/find-run.h"

/*
 * Print for each case where its traces on kernel KERNEL_A of A and KERNEL_B of B part. Sets
 * *DIFFERENT if some do. Returns 0, or -errno with a message in WHY: -ENOENT if there are no
 * traces.
 */
int compare_traces(const struct found_run *a, const char *kernel_a, const struct found_run *b,
		   const char *kernel_b, bool *different, struct buf *why);

#endif
