/* SPDX-License-Identifier: GPL-2.0-only */
/* The comparisons of shards, made one; for reports/model/merge.c. */
#ifndef REPORTS_MODEL_MERGE_COMPARE_H
#define REPORTS_MODEL_MERGE_COMPARE_H

#include "reports/model/merge.h"

/*
 * Add the comparisons of PARTS to MERGED, which has all else. All cases of a DUT are in one part,
 * so each difference is. What is expected did not occur only if it did not in any part, and MERGED
 * is complete.
 */
void merge_comparisons(const struct merge_parts *parts, struct results *merged);

#endif
