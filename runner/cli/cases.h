/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads a file of cases, named as a run prints them: KERNEL/MACHINE SCENARIO[DUT]. */
#ifndef RUNNER_CLI_CASES_H
#define RUNNER_CLI_CASES_H

#include "runner/plan/plan.h"

/*
 * Add to CHOICE the cases that the file PATH names, one per line; its other options select among
 * them. A line is what a run or vfiolab list prints for a case: a verdict and a lane may precede
 * it, text may follow, and its brackets may have several DUTs. Ignored are empty lines, comments
 * (#), and the indented lines that a run prints below a case. Returns 0, or -errno with a message
 * in WHY that names the file and the line.
 */
int cases_read(const char *path, const struct inventory *inventory, struct choice *choice,
	       struct buf *why);

#endif
