/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The KTAP stream of one machine on one kernel: what its guests wrote, and, in its place, what a
 * lost guest could not write.
 */
#ifndef REPORTS_KTAP_H
#define REPORTS_KTAP_H

#include "reports/model/results.h"

/*
 * Write FOLDER/KERNEL/MACHINE.ktap for each kernel and machine that has cases in RESULTS, from the
 * guests' own streams, FOLDER/KERNEL/MACHINE.streams/PART.GUEST. If these were not kept, it leaves
 * the machine's stream as it is. Returns 0 or -errno.
 */
int ktap_write(const struct results *results, const char *folder);

#endif
