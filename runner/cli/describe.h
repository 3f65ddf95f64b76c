/* SPDX-License-Identifier: GPL-2.0-only */
/* --dry-run: print what a run would start. */
#ifndef RUNNER_CLI_DESCRIBE_H
#define RUNNER_CLI_DESCRIBE_H

#include "runner/plan/plan.h"

/*
 * Print the domain XML and the equivalent QEMU command line of each job of PLAN. Blocks. Returns
 * the exit status.
 */
int describe_plan(const struct settings *settings, struct plan *plan);

#endif
