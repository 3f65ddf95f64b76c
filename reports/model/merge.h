/* SPDX-License-Identifier: GPL-2.0-only */
/* The results of shards, which are parts of one plan, made one. */
#ifndef REPORTS_MODEL_MERGE_H
#define REPORTS_MODEL_MERGE_H

#include "reports/model/results.h"

/* The results of a shard. */
struct merge_part {
	char *folder; /* names it in messages */
	struct results results;
	unsigned int *numbers; /* of each of its records, by place, in the merged results */
};

struct merge_parts {
	struct merge_part *items;
	size_t count;
};

/*
 * Make MERGED of PARTS, in whatever order they are: as one run of the whole plan, but for times,
 * guests and lanes. Cases that no part has are MISS. Returns 0, or -EINVAL with a message in WHY
 * if the parts do not belong together: different plans, versions of the lab, accelerators or
 * retries, one shard twice, or none at all. MERGED is to be freed in any case.
 */
int merge_results(struct merge_parts *parts, struct results *merged, struct buf *why);

void merge_parts_free(struct merge_parts *parts);
#define cleanup_merge_parts __attribute__((cleanup(merge_parts_free)))

#endif
