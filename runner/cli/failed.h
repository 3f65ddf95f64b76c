/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the cases that failed in an earlier run. */
#ifndef RUNNER_CLI_FAILED_H
#define RUNNER_CLI_FAILED_H

#include "runner/plan/plan.h"

/*
 * Add to CHOICE the cases of the run in FOLDER (O/reports/latest) that need another run; its other
 * options select among them: verdict FAIL (unless the failure is known), ERROR or MISS; both sides
 * of an unlisted difference; and cases that leaked memory. Skips cases that INVENTORY lacks.
 *
 * Returns 0 with a line in SUMMARY that counts the cases and names the run; if nothing failed,
 * CHOICE has no cases. Returns -errno with a message in WHY on an error: -ENOENT if there is no
 * such run, or if INVENTORY has none of its failed cases.
 */
int failed_read(const char *folder, const struct inventory *inventory, struct choice *choice,
		struct buf *summary, struct buf *why);

#endif
