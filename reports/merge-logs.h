/* SPDX-License-Identifier: GPL-2.0-only */
/* The logs of shards' guests, which the pages of a merged run show. */
#ifndef REPORTS_MERGE_LOGS_H
#define REPORTS_MERGE_LOGS_H

#include "reports/model/merge.h"

/* The logs of shard N are below this, with N, in the folder of the merged run. */
#define SHARD_LOGS "shard-"

/*
 * Put the consoles, QEMU's logs, traces and the guests' streams of PARTS below FOLDER/shard-N. All
 * but streams are linked, or copied between file systems; streams have the numbers of what
 * merge_results() made of PARTS. Returns 0 or -errno.
 */
int merge_logs(const struct merge_parts *parts, const char *folder);

#endif
