/* SPDX-License-Identifier: GPL-2.0-only */
/* The cases that failed in an earlier run. */
#ifndef RUNNER_CLI_FAILED_H
#define RUNNER_CLI_FAILED_H

#include "runner/plan/plan.h"

/*
 * Choose the cases of the run in FOLDER (O/reports/latest) that are not known to be good, within
 * what CHOICE selects otherwise: verdict FAIL, unless the failure is known, ERROR or MISS; both
 * sides of an unlisted difference; and a case that leaked memory. Cases that INVENTORY no longer
 * has are left out.
 *
 * Returns 0, with one line in SAID that counts them and names the run. CHOICE has no cases if
 * nothing failed. Else -errno with one line in WHY: -ENOENT also if nothing is left of what failed.
 */
int failed_read(const char *folder, const struct inventory *inventory, struct choice *choice,
		struct buf *said, struct buf *why);

#endif
