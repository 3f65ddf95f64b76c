/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases by name, as a run reports them: KERNEL/MACHINE SCENARIO[DUT]. */
#ifndef RUNNER_CLI_CASES_H
#define RUNNER_CLI_CASES_H

#include "runner/plan/plan.h"

/*
 * Choose the cases that the file PATH names, line by line, within what CHOICE selects otherwise. A
 * line is what a run, or vfiolab list, prints of a case: with a verdict and a lane before it, or
 * text after it, or several DUTs in its brackets. Empty lines, comments (#), and the indented lines
 * that a run prints below a case are skipped. Returns 0, or -errno with one line in WHY that names
 * the file and the line.
 */
int cases_read(const char *path, const struct inventory *inventory, struct choice *choice,
	       struct buf *why);

#endif
