// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/merge-compare.h"

#include "lab/base/alloc.h"
#include "reports/model/compare.h"

#include <string.h>

static struct comparison *find(const struct results *results, const struct comparison *like)
{
	for (size_t i = 0; i < results->comparisons.count; i++) {
		struct comparison *at = &results->comparisons.items[i];

		if (!strcmp(at->a, like->a) && !strcmp(at->b, like->b))
			return at;
	}
	return NULL;
}

static bool has_unseen(const struct comparison *comparison, const struct unseen *unseen)
{
	for (size_t i = 0; i < comparison->unseen.count; i++) {
		const struct unseen *at = &comparison->unseen.items[i];

		if (!strcmp(at->cases ?: "", unseen->cases ?: "") &&
		    !strcmp(at->fact ?: "", unseen->fact ?: ""))
			return true;
	}
	return false;
}

/* Keep only those differences in TO that did not occur in FROM either. */
static void keep_unseen(struct comparison *to, const struct comparison *from)
{
	size_t kept = 0;

	for (size_t i = 0; i < to->unseen.count; i++) {
		struct unseen unseen = to->unseen.items[i];

		if (has_unseen(from, &unseen))
			to->unseen.items[kept++] = unseen;
		else
			json_free(&unseen_type, &unseen);
	}
	to->unseen.count = kept;
}

static void add_differences(struct differences *to, const struct differences *from)
{
	for (size_t i = 0; i < from->count; i++)
		json_copy(&difference_type, array_add(to), &from->items[i]);
}

/* Add a copy of FROM without its differences. */
static struct comparison *begin(struct results *merged, const struct comparison *from)
{
	struct comparison *to = array_add(&merged->comparisons), head = *from;

	for (int kind = 0; kind < DIFFERENCE_KINDS; kind++)
		head.of[kind].count = 0;
	json_copy(&comparison_type, to, &head);
	return to;
}

static void add(struct results *merged, const struct comparison *from)
{
	struct comparison *to = find(merged, from);

	if (to)
		keep_unseen(to, from);
	else
		to = begin(merged, from);
	for (int kind = 0; kind < DIFFERENCE_KINDS; kind++)
		add_differences(&to->of[kind], &from->of[kind]);
}

void merge_comparisons(const struct merge_parts *parts, struct results *merged)
{
	for (size_t p = 0; p < parts->count; p++)
		for (size_t i = 0; i < parts->items[p].results.comparisons.count; i++)
			add(merged, &parts->items[p].results.comparisons.items[i]);
	for (size_t i = 0; i < merged->comparisons.count && !merged->run.complete; i++)
		comparison_forget_unseen(&merged->comparisons.items[i]);
}
