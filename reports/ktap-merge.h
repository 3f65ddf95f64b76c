/* SPDX-License-Identifier: GPL-2.0-only */
/* The KTAP streams of shards, made one for each machine on each kernel. */
#ifndef REPORTS_KTAP_MERGE_H
#define REPORTS_KTAP_MERGE_H

#include "reports/model/merge.h"

/*
 * Write FOLDER/KERNEL/MACHINE.ktap for each kernel and machine that has cases in MERGED, what
 * merge_results() made of PARTS: from the same files in the folders of PARTS, with the numbers that
 * MERGED has. Returns 0 or -errno.
 */
int ktap_merge(const struct results *merged, const struct merge_parts *parts, const char *folder);

/*
 * Write the stream FROM of a guest of PART, which had MACHINE on KERNEL, to TO, with the numbers of
 * the merged results. Returns 0 or -errno.
 */
int ktap_renumber(const struct merge_part *part, const char *kernel, const char *machine,
		  const char *from, const char *to);

#endif
