/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The KTAP stream of one machine on one kernel: the lines of its guests, and the lines that a lost
 * guest could not write.
 */
#ifndef REPORTS_KTAP_STREAM_H
#define REPORTS_KTAP_STREAM_H

#include "reports/model/results.h"

/*
 * Write FOLDER/KERNEL/MACHINE.ktap for each kernel and machine that has cases in RESULTS. The input
 * is the streams of the guests, FOLDER/KERNEL/MACHINE.streams/PART.GUEST. If these were not kept,
 * an existing MACHINE.ktap is not changed. Returns 0 or -errno.
 */
int ktap_write(const struct results *results, const char *folder);

/* Write to OUT the lines that a lost guest could not write about its case RECORD. */
void ktap_write_lost(const struct record *record, struct buf *out);

#endif
