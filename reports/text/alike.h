/* SPDX-License-Identifier: GPL-2.0-only */
/* Which failures are the same one, seen on another DUT or in another guest. */
#ifndef REPORTS_TEXT_ALIKE_H
#define REPORTS_TEXT_ALIKE_H

#include "reports/model/record.h"

/*
 * Whether A and B, neither of which passed or was skipped, are the same failure on one kernel. PCI
 * addresses make no difference, nor do numbers in a report of the kernel's. Cases that did not run
 * are alike if it was for one reason; all others also need the scenario in common.
 */
bool failures_alike(const struct record *a, const struct record *b);

#endif
