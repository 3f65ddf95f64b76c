// SPDX-License-Identifier: GPL-2.0-only
/* Shards merged: the same as the run that they are parts of. */
#include "reports/model/merge.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"
#include "reports/model/outline.h"
#include "tests/reports/shards.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

/* "KERNEL NUMBER NAME VERDICT GUEST/LANE", a line each. */
static char *cases_of(const struct results *results)
{
	struct buf lines = BUF_INIT;

	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];

		buf_printf(&lines, "%s %u %s[%s] %s %u/%u\n", record->kernel, record->number,
			   record->scenario, record->dut, record_verdict_name(record),
			   record->guest, record->lane);
	}
	return buf_steal(&lines);
}

TEST all_shards_are_the_whole_run(void)
{
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *cases = NULL;

	/* In whatever order. */
	make_shard(&parts, 2, 2, "igb");
	make_shard(&parts, 1, 2, "edu");
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	cases = cases_of(&merged);
	ASSERT_STR_EQ("base 1 bind/x[edu] PASS 2/3\nbase 2 bind/y[edu] PASS 2/3\n"
		      "base 3 bind/x[igb] PASS 1/1\nbase 4 bind/y[igb] PASS 1/1\n"
		      "series 1 bind/x[edu] PASS 2/3\nseries 2 bind/y[edu] PASS 2/3\n"
		      "series 3 bind/x[igb] PASS 1/1\nseries 4 bind/y[igb] PASS 1/1\n",
		      cases);
	ASSERT_STR_EQ("igb", pairs_get(&merged.cases.items[2].result.facts, "dut"));
	ASSERT(merged.run.complete);
	ASSERT_EQ(0, merged.run.shards);
	ASSERT_EQ(0, merged.plan.count);
	ASSERT_STR_EQ(parts.items[0].results.run.plan, merged.run.plan);
	ASSERT_EQ(4, merged.run.lanes);
	ASSERT_STR_EQ("2026-01-02T03:04:06Z", merged.run.started);
	ASSERT_EQ(21.0, merged.run.seconds);
	ASSERT_EQ(2, merged.guests.count);
	ASSERT_STR_EQ("Linux 1", merged.kernels.items[0].guest);
	ASSERT_STR_EQ("Linux 2", merged.kernels.items[1].guest);
	ASSERT_EQ(0, results_status(&merged));
	PASS();
}

/* What occurred in one shard did occur; what did in neither did not. */
TEST comparisons_are_joined(void)
{
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;
	const struct comparison *joined;

	make_shard(&parts, 1, 2, "edu");
	make_shard(&parts, 2, 2, "igb");
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	ASSERT_EQ(1, merged.comparisons.count);
	joined = merged.comparisons.items;
	ASSERT_EQ(2, joined->of[DIFFERENCE_LISTED].count);
	ASSERT_STR_EQ("bind/x[igb]", joined->of[DIFFERENCE_LISTED].items[1].name);
	ASSERT_EQ(1, joined->unseen.count);
	ASSERT_STR_EQ("never", joined->unseen.items[0].fact);
	PASS();
}

TEST what_is_absent_did_not_run(void)
{
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;

	make_shard(&parts, 1, 3, "edu");
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	ASSERT_EQ(8, merged.cases.count);
	ASSERT_EQ(4, results_count(&merged, VERDICT_MISS));
	ASSERT_STR_EQ("bind/x[igb]", merged.cases.items[2].name);
	ASSERT_STR_EQ("igb", merged.cases.items[2].dut);
	ASSERT_STR_EQ("shards 2/3, 3/3 are absent", merged.cases.items[2].result.reason);
	ASSERT_FALSE(merged.run.complete);
	ASSERT_EQ(0, merged.comparisons.items[0].unseen.count);
	ASSERT_EQ(2, results_status(&merged));
	PASS();
}

/* A retry is not in the plan, and comes after it: the case is as flaky as in a whole run. */
TEST retries_are_kept(void)
{
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;
	struct results *shard;
	const struct record *last;

	make_shard(&parts, 2, 2, "igb");
	shard = make_shard(&parts, 1, 2, "edu");
	shard_add_retry(shard, "series", "edu", 3);
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	ASSERT_EQ(9, merged.cases.count);
	last = &merged.cases.items[8];
	ASSERT_EQ(5, last->number);
	ASSERT_EQ(2, last->attempt);
	ASSERT_EQ(1, attempts_flaky(&merged, NULL));
	ASSERT(merged.cases.items[4].flaky);
	ASSERT_EQ(0, results_status(&merged));
	PASS();
}

static void set(char **member, const char *value)
{
	free(*member);
	*member = text("%s", value);
}

static void other_plan(struct results *results)
{
	set(&results->run.plan, "0123456789abcdef");
}

static void other_kernel(struct results *results)
{
	set(&results->kernels.items[1].key, "other");
	free(results->run.plan);
	results->run.plan = outline_hash(&results->plan, results);
}

static void other_lab(struct results *results)
{
	set(&results->run.lab, "v2");
}

static void other_accel(struct results *results)
{
	set(&results->run.accel, "kvm");
}

static void other_retry(struct results *results)
{
	results->run.retry = 2;
}

static void other_flaky(struct results *results)
{
	results->run.flaky = text("%s", FLAKY_FAIL);
}

static void other_count(struct results *results)
{
	results->run.shards = 3;
}

static void same_shard(struct results *results)
{
	results->run.shard = 1;
}

static void whole_run(struct results *results)
{
	results->run.shard = results->run.shards = 0;
}

static void no_plan(struct results *results)
{
	free(results->run.plan);
	results->run.plan = NULL;
}

static void same_case(struct results *results)
{
	shard_add_record(results, "base", "edu", "bind/x", 3);
}

struct mismatch {
	void (*make)(struct results *results);
	const char *message;
};

static const struct mismatch mismatches[] = {
	{other_plan, "shard-1 and shard-2 are parts of different plans"},
	{other_kernel, "different kernels called series (keys series-key and other)"},
	{other_lab, "versions of the lab v1 and v2"},
	{other_accel, "accelerators tcg and kvm"},
	{other_retry, "RETRY= 0 and 2"},
	{other_flaky, "FLAKY= none and fail"},
	{other_count, "shard-1 is shard 1/2 and shard-2 is 2/3"},
	{same_shard, "shard-1 and shard-2 are both shard 1/2"},
	{whole_run, "shard-2 is a whole run, not a shard"},
	{no_plan, "shard-2: shard 2/2 without a plan"},
	{same_case, "both have base/pci bind/x[edu]"},
};

TEST parts_that_do_not_belong_together_are_refused(const struct mismatch *mismatch)
{
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;

	make_shard(&parts, 1, 2, "edu");
	mismatch->make(make_shard(&parts, 2, 2, "igb"));
	ASSERT_EQ(-EINVAL, merge_results(&parts, &merged, &why));
	ASSERTm(why.data, strstr(why.data, mismatch->message));
	PASS();
}

TEST nothing_is_no_run(void)
{
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-EINVAL, merge_results(&parts, &merged, &why));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(all_shards_are_the_whole_run);
	RUN_TEST(comparisons_are_joined);
	RUN_TEST(what_is_absent_did_not_run);
	RUN_TEST(retries_are_kept);
	for (size_t i = 0; i < ARRAY_SIZE(mismatches); i++)
		RUN_TEST1(parts_that_do_not_belong_together_are_refused, &mismatches[i]);
	RUN_TEST(nothing_is_no_run);
	GREATEST_MAIN_END();
}
