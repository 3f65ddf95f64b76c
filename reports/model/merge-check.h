/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks whether results can be merged, for reports/model/merge.c. */
#ifndef REPORTS_MODEL_MERGE_CHECK_H
#define REPORTS_MODEL_MERGE_CHECK_H

#include "reports/model/merge.h"

/*
 * Check that PARTS are different shards of one plan, run by the same version of the lab in the same
 * way. Returns 0, or -EINVAL with a message in WHY that names two of them.
 */
int merge_check(const struct merge_parts *parts, struct buf *why);

#endif
