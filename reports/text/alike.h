/* SPDX-License-Identifier: GPL-2.0-only */
/* Find failures that are the same one, on another DUT or in another guest. */
#ifndef REPORTS_TEXT_ALIKE_H
#define REPORTS_TEXT_ALIKE_H

#include "reports/model/record.h"

/*
 * Whether A and B, neither of which passed or was skipped, are the same failure on one kernel. PCI
 * addresses are ignored, and so are numbers in kernel reports. Cases that did not run are alike if
 * they have the same reason. All others must also have the same scenario.
 */
bool failures_alike(const struct record *a, const struct record *b);

#endif
