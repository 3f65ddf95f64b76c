/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases by name, as a run reports them: KERNEL/MACHINE SCENARIO[DUT]. */
#ifndef RUNNER_CLI_CASES_H
#define RUNNER_CLI_CASES_H

#include "runner/cli/settings.h"

/*
 * Choose the cases that PATH names, one a line: CHOICE has these alone then,
 * and the kernels, machines, scenarios and DUTs that they are of. 0, or -errno
 * and WHY, which names the line.
 */
int cases_read(const char *path, struct choice *choice, struct buf *why);

#endif
