/* SPDX-License-Identifier: GPL-2.0-only */
/* Merges the results of shards, which are parts of one plan. */
#ifndef REPORTS_MODEL_MERGE_H
#define REPORTS_MODEL_MERGE_H

#include "reports/model/results.h"

/* The results of a shard. */
struct merge_part {
	char *folder; /* its name in messages */
	struct results results;
	unsigned int *numbers; /* for each record: its number in the merged results */
};

struct merge_parts {
	struct merge_part *items;
	size_t count;
};

/*
 * Merge PARTS, in any order, into MERGED. The result is that of one run of the whole plan, except
 * for times, guests and lanes. Cases that no part has are MISS. Returns 0, or -EINVAL with a
 * message in WHY if the parts do not belong together: different plans, versions of the lab,
 * accelerators or retries, one shard twice, or no parts. The caller frees MERGED in any case.
 */
int merge_results(struct merge_parts *parts, struct results *merged, struct buf *why);

void merge_parts_free(struct merge_parts *parts);
#define cleanup_merge_parts __attribute__((cleanup(merge_parts_free)))

#endif
