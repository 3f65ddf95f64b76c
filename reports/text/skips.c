// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/results.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/text/page.h"

#include <stdlib.h>
#include <string.h>

/* Up to so many reasons are printed, each on a line; of more, those of the most cases. */
#define SHOWN 10

/* A reason, and how many cases were skipped for it, on which DUTs. */
struct skip {
	char *reason;
	unsigned int cases;
	struct list duts;
};

struct skips {
	struct skip *items;
	size_t count;
};

static void skips_free(struct skips *skips)
{
	for (size_t i = 0; i < skips->count; i++) {
		free(skips->items[i].reason);
		list_free(&skips->items[i].duts);
	}
	free(skips->items);
}

#define cleanup_skips __attribute__((cleanup(skips_free)))

/* A reason without what is particular to one DUT, which follows a semicolon. */
static char *common_reason(json_object *record)
{
	const char *whole = record_text(record, "reason");

	return text("%.*s", (int)strcspn(whole, ";"), whole);
}

/* The one for REASON, new where there is none. */
static struct skip *skip_for(struct skips *skips, const char *reason)
{
	for (size_t i = 0; i < skips->count; i++)
		if (!strcmp(skips->items[i].reason, reason))
			return &skips->items[i];
	skips->items = reallocarray(skips->items, skips->count + 1, sizeof(*skips->items));
	skips->items[skips->count] = (struct skip){.reason = text("%s", reason)};
	return &skips->items[skips->count++];
}

static void collect(struct skips *skips, json_object *cases)
{
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		cleanup_free char *reason = NULL;
		struct skip *skip;

		if (record_get_verdict(record) != VERDICT_SKIP)
			continue;
		reason = common_reason(record);
		skip = skip_for(skips, reason);
		skip->cases++;
		list_add_once(&skip->duts, record_text(record, "dut"));
	}
}

static int by_cases(const void *left, const void *right)
{
	const struct skip *a = left, *b = right;

	if (a->cases != b->cases)
		return a->cases < b->cases ? 1 : -1;
	return strcmp(a->reason, b->reason);
}

void results_print_skips(json_object *results, bool all, const struct page *page)
{
	cleanup_skips struct skips skips = {0};
	size_t shown;
	unsigned int left = 0;

	collect(&skips, results_part(results, "cases"));
	shown = all || skips.count <= SHOWN ? skips.count : SHOWN;
	if (shown < skips.count)
		qsort(skips.items, skips.count, sizeof(*skips.items), by_cases);
	for (size_t i = 0; i < shown; i++) {
		cleanup_free char *duts = list_join(&skips.items[i].duts, " ");
		cleanup_free char *line = text("%s: %s", skips.items[i].reason, duts);

		fprintf(page->out, "  skip %4u  ", skips.items[i].cases);
		page_wrap(page, (unsigned int)strlen("  skip 1234  "), line);
	}
	for (size_t i = shown; i < skips.count; i++)
		left += skips.items[i].cases;
	if (left)
		fprintf(page->out, "  skip %4u  for %zu other reasons (vfiolab run -v lists all)\n",
			left, skips.count - shown);
}
