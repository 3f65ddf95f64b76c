// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/merge-check.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
	return !strcmp(a ?: "", b ?: "");
}

static int check_shard(const struct merge_part *part, struct buf *why)
{
	const struct run_about *run = &part->results.run;

	if (!run->shards) {
		buf_printf(why, "%s is a whole run, not a shard: only runs with SHARD= are merged",
			   part->folder);
		return -EINVAL;
	}
	if (run->plan && run->shard >= 1 && run->shard <= run->shards)
		return 0;
	buf_printf(why, "%s: shard %u/%u without a plan: it is damaged, run it again", part->folder,
		   run->shard, run->shards);
	return -EINVAL;
}

/* Report that the plans differ, and name a kernel that differs if there is one. */
static int refuse_plans(const struct merge_part *a, const struct merge_part *b, struct buf *why)
{
	for (size_t k = 0; k < b->results.kernels.count; k++) {
		const struct kernel_about *its = &b->results.kernels.items[k];
		const struct kernel_about *other = results_kernel(&a->results, its->name);

		if (!other || same(its->key, other->key))
			continue;
		buf_printf(why,
			   "%s and %s ran different kernels called %s (keys %s and %s): build it "
			   "once for all shards",
			   a->folder, b->folder, its->name, other->key ?: "none",
			   its->key ?: "none");
		return -EINVAL;
	}
	buf_printf(why,
		   "%s and %s are parts of different plans (%s and %s): run all shards with the "
		   "same kernels and the same selection",
		   a->folder, b->folder, a->results.run.plan, b->results.run.plan);
	return -EINVAL;
}

static int refuse(const struct merge_part *a, const struct merge_part *b, const char *what,
		  const char *of_a, const char *of_b, const char *remedy, struct buf *why)
{
	buf_printf(why, "%s and %s: %s %s and %s: %s", a->folder, b->folder, what, of_a ?: "none",
		   of_b ?: "none", remedy);
	return -EINVAL;
}

static int check_retry(const struct merge_part *a, const struct merge_part *b, struct buf *why)
{
	const struct run_about *left = &a->results.run, *right = &b->results.run;
	cleanup_free char *of_a = text("%u", left->retry);
	cleanup_free char *of_b = text("%u", right->retry);

	if (left->retry != right->retry)
		return refuse(a, b, "RETRY=", of_a, of_b, "set the same for all shards", why);
	if (!same(left->flaky, right->flaky))
		return refuse(a, b, "FLAKY=", left->flaky, right->flaky,
			      "set the same for all shards", why);
	return 0;
}

static int check_numbers(const struct merge_part *a, const struct merge_part *b, struct buf *why)
{
	const struct run_about *left = &a->results.run, *right = &b->results.run;

	if (left->shards == right->shards && left->shard != right->shard)
		return 0;
	if (left->shards == right->shards)
		buf_printf(why, "%s and %s are both shard %u/%u: name one of them", a->folder,
			   b->folder, left->shard, left->shards);
	else
		buf_printf(why, "%s is shard %u/%u and %s is %u/%u: cut the plan once", a->folder,
			   left->shard, left->shards, b->folder, right->shard, right->shards);
	return -EINVAL;
}

static int check_pair(const struct merge_part *a, const struct merge_part *b, struct buf *why)
{
	const struct run_about *left = &a->results.run, *right = &b->results.run;

	if (!same(left->lab, right->lab))
		return refuse(a, b, "versions of the lab", left->lab, right->lab,
			      "run all shards with the same one", why);
	if (!same(left->plan, right->plan))
		return refuse_plans(a, b, why);
	if (!same(left->accel, right->accel))
		return refuse(a, b, "accelerators", left->accel, right->accel,
			      "set ACCEL=tcg for all shards", why);
	return check_retry(a, b, why) ?: check_numbers(a, b, why);
}

int merge_check(const struct merge_parts *parts, struct buf *why)
{
	int err = 0;

	if (!parts->count) {
		buf_puts(why, "there are no results of shards to merge: run some with SHARD=i/N");
		return -EINVAL;
	}
	for (size_t b = 0; b < parts->count && !err; b++) {
		err = check_shard(&parts->items[b], why);
		for (size_t a = 0; a < b && !err; a++)
			err = check_pair(&parts->items[a], &parts->items[b], why);
	}
	return err;
}
