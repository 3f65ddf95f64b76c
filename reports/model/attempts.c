// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/attempts.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "reports/model/results.h"

#include <string.h>

static int rank(json_object *record)
{
	static const int ranks[VERDICT_COUNT] = {[VERDICT_SKIP] = 0,
						 [VERDICT_PASS] = 1,
						 [VERDICT_MISS] = 2,
						 [VERDICT_ERROR] = 3,
						 [VERDICT_FAIL] = 4};

	return ranks[record_get_verdict(record)] + record_failed(record);
}

/*
 * Attempts need not be neighbours: lanes may share them. INDEX has the place in FOUND of each case.
 */
static size_t place_of(json_object *index, json_object *record, size_t count)
{
	cleanup_free char *key = text("%s/%s %s", record_text(record, "kernel"),
				      record_text(record, "machine"), record_text(record, "case"));
	json_object *place;

	if (json_object_object_get_ex(index, key, &place))
		return (size_t)json_object_get_int64(place);
	json_object_object_add(index, key, json_object_new_int64((int64_t)count));
	return count;
}

static void take(struct attempts *attempts, json_object *record)
{
	if (!attempts->worst || rank(record) > rank(attempts->worst))
		attempts->worst = record;
	attempts->of[record_get_verdict(record)]++;
	attempts->count++;
}

size_t attempts_gather(json_object *results, const char *kernel, struct attempts **found)
{
	json_object *cases = results_part(results, "cases");
	json_object *index = json_object_new_object();
	size_t all = json_object_array_length(cases), count = 0;

	*found = zalloc(all, sizeof(**found));
	for (size_t i = 0; i < all; i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		size_t place;

		if (kernel && strcmp(record_text(record, "kernel"), kernel) != 0)
			continue;
		place = place_of(index, record, count);
		count += place == count;
		take(&(*found)[place], record);
	}
	json_object_put(index);
	return count;
}

bool attempts_differ(const struct attempts *attempts)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (attempts->of[v] && attempts->of[v] != attempts->count)
			return true;
	return false;
}
