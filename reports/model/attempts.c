// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/attempts.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <search.h>
#include <string.h>

static int rank(const struct record *record)
{
	static const int ranks[VERDICT_COUNT] = {[VERDICT_SKIP] = 0,
						 [VERDICT_PASS] = 1,
						 [VERDICT_MISS] = 2,
						 [VERDICT_ERROR] = 3,
						 [VERDICT_FAIL] = 4};

	/* The excusing attempt represents the case. */
	if (record->flaky)
		return -1;
	return ranks[record->result.verdict] + record_failed(record);
}

static int by_case(const void *left, const void *right)
{
	const struct record *a = ((const struct attempts *)left)->worst;
	const struct record *b = ((const struct attempts *)right)->worst;
	int order = strcmp(a->name, b->name);

	order = order ?: strcmp(a->machine, b->machine);
	return order ?: strcmp(a->kernel, b->kernel);
}

/*
 * The attempts at the case of RECORD, which become NEXT if RECORD is the first. Lanes may share the
 * attempts of a case, so its records need not be adjacent. INDEX is a tree (tsearch) of all
 * attempts.
 */
static struct attempts *attempts_at(void **index, struct attempts *next,
				    const struct record *record)
{
	struct attempts **there;

	next->worst = record;
	there = tsearch(next, index, by_case);
	if (!there)
		abort();
	return *there;
}

static void take(struct attempts *attempts, const struct record *record)
{
	if (rank(record) > rank(attempts->worst))
		attempts->worst = record;
	if (record->result.verdict == VERDICT_PASS && !attempts->passed)
		attempts->passed = record;
	if (record->result.verdict == VERDICT_SKIP && !attempts->skipped)
		attempts->skipped = record;
	attempts->flaky |= record->flaky != NULL;
	attempts->of[record->result.verdict]++;
	attempts->count++;
}

/* The index does not own its items; the array does. */
static void keep(void *item)
{
	(void)item;
}

size_t attempts_gather(const struct results *results, const char *kernel, struct attempts **found)
{
	size_t count = 0;
	void *index = NULL;

	*found = zalloc(results->cases.count, sizeof(**found));
	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];
		struct attempts *attempts;

		if (kernel && strcmp(record->kernel, kernel) != 0)
			continue;
		attempts = attempts_at(&index, &(*found)[count], record);
		count += attempts == &(*found)[count];
		take(attempts, record);
	}
	tdestroy(index, keep);
	return count;
}

bool attempts_differ(const struct attempts *attempts)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (attempts->of[v] && attempts->of[v] != attempts->count)
			return true;
	return false;
}

const struct record *attempts_excuse(const struct attempts *attempts, const struct record *record)
{
	if (!attempts->passed && record->result.verdict == VERDICT_ERROR)
		return attempts->skipped;
	return attempts->passed;
}

static void flag(const struct attempts *attempts, struct record *record)
{
	bool failed = record_failed(record) || record->result.verdict == VERDICT_ERROR;
	const struct record *excuse = failed ? attempts_excuse(attempts, record) : NULL;

	if (excuse)
		record->flaky = text("attempt %u %s", excuse->attempt,
				     excuse == attempts->passed ? "passed" : "was skipped");
}

void attempts_flag(struct results *results)
{
	cleanup_free struct attempts *found = NULL;
	size_t count = attempts_gather(results, NULL, &found);

	if (count)
		qsort(found, count, sizeof(*found), by_case);
	for (size_t i = 0; i < results->cases.count; i++) {
		struct record *record = &results->cases.items[i];
		const struct attempts key = {.worst = record};

		flag(bsearch(&key, found, count, sizeof(*found), by_case), record);
	}
}

unsigned int attempts_flaky(const struct results *results, const char *kernel)
{
	cleanup_free struct attempts *found = NULL;
	size_t count = attempts_gather(results, kernel, &found);
	unsigned int flaky = 0;

	for (size_t i = 0; i < count; i++)
		flaky += found[i].flaky;
	return flaky;
}
