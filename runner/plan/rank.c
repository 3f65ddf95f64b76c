// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/rank.h"

#include "lab/base/alloc.h"

/* A case of this many milliseconds runs after the others of its rank. */
#define DEAR_MS 500

struct ranked_case {
	struct job_case of;
	enum rank rank;
	bool dear;
};

/* The order of the plan decides between equals: it keeps DUTs open from case to case. */
static int by_rank(const void *a, const void *b)
{
	const struct ranked_case *left = a, *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	if (left->dear != right->dear)
		return left->dear ? 1 : -1;
	return (left->of.number > right->of.number) - (left->of.number < right->of.number);
}

static void drop(struct job_case *each)
{
	free(each->name);
	free(each->scenario);
	free(each->dut);
}

void rank_cases(const struct ranking *ranking, const struct durations *durations, struct job *job,
		struct ranked *ranked)
{
	const size_t count = job->cases.count;
	struct ranked_case *cases = zalloc(count, sizeof(*cases));

	job->leading = 0;
	for (size_t i = 0; i < count; i++) {
		const struct job_case *each = &job->cases.items[i];

		cases[i].of = *each;
		cases[i].rank = ranking->of(ranking->context, job->machine, each->name);
		cases[i].dear = duration_of(durations, job->machine, each->name) >= DEAR_MS;
		job->leading += cases[i].rank != RANK_REST;
	}
	qsort(cases, count, sizeof(*cases), by_rank);
	job->cases.count = ranking->only ? job->leading : count;
	for (size_t i = 0; i < count; i++) {
		cases[i].of.number = (unsigned int)i + 1;
		if (i < job->cases.count)
			job->cases.items[i] = cases[i].of;
		else
			drop(&cases[i].of);
	}
	job->total = (unsigned int)job->cases.count;
	ranked->all += count;
	ranked->chosen += job->leading;
	free(cases);
}
