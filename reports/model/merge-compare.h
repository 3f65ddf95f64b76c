/* SPDX-License-Identifier: GPL-2.0-only */
/* Merges the comparisons of shards, for reports/model/merge.c. */
#ifndef REPORTS_MODEL_MERGE_COMPARE_H
#define REPORTS_MODEL_MERGE_COMPARE_H

#include "reports/model/merge.h"

/*
 * Add the comparisons of PARTS to MERGED, which is otherwise merged. All cases of a DUT are in one
 * part, so each difference is, too. An expected difference is reported as missing only if it did
 * not occur in any part, and MERGED is complete.
 */
void merge_comparisons(const struct merge_parts *parts, struct results *merged);

#endif
