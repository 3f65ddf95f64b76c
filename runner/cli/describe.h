/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run would start, without starting it: --dry-run. */
#ifndef RUNNER_CLI_DESCRIBE_H
#define RUNNER_CLI_DESCRIBE_H

#include "runner/plan/plan.h"

/*
 * Print, for each job of PLAN, the domain XML and the equivalent QEMU line. Blocks. Returns the
 * exit status.
 */
int describe_plan(const struct settings *settings, struct plan *plan);

#endif
