/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shards: parts of a plan that run on different machines and are merged later
 * (reports/model/merge.h). The split depends only on the lab's source and the plan, never on the
 * machine or on earlier runs.
 */
#ifndef RUNNER_PLAN_SHARD_H
#define RUNNER_PLAN_SHARD_H

#include "lab/base/buf.h"

struct plan;

#define SHARDS_MAX 1000

struct shard {
	unsigned int index; /* 1 to count */
	unsigned int count; /* 0: the whole plan */
};

/*
 * Parse VALUE of WHAT, an option or a variable: "i/N", or "auto" to read the variables of a CI
 * engine (SLURM_ARRAY_TASK_* of Slurm, CI_NODE_* of GitLab). Returns 0, or -EINVAL with a message
 * in WHY.
 */
int parse_shard(const char *what, const char *value, struct shard *shard, struct buf *why);

/*
 * Remove the cases of other shards from PLAN, whose jobs are not split yet, and number those of
 * each machine from 1. The cases of one DUT stay together, on all kernels. The file WEIGHTS
 * balances the shards: lines "MACHINE DUT MS" with the average duration of a case. Without it, all
 * cases count the same. Drops empty jobs. Returns 0, or -EINVAL with a message in WHY if WEIGHTS
 * has a malformed line.
 */
int shard_plan(struct plan *plan, const struct shard *shard, const char *weights, struct buf *why);

#endif
