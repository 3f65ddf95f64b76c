// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "reports/text/reasons.h"
#include "reports/text/text.h"

#include <string.h>

/* Maximum number of printed reasons, most frequent first. */
#define SHOWN 10

static void collect(struct reasons *skips, const struct records *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct record *record = &cases->items[i];

		cleanup_free char *place = record_place(record);

		if (record->result.verdict == VERDICT_SKIP)
			reasons_add(skips, record->result.reason ?: "", place);
	}
}

static void print_skip(const struct reason *skip, const struct page *page)
{
	cleanup_free char *duts = list_join(&skip->duts, " ");
	cleanup_free char *line = text("%s: %s", skip->reason, duts);

	fprintf(page->out, "  skip %4u  ", skip->cases);
	page_wrap(page, (unsigned int)strlen("  skip 1234  "), line);
}

void results_print_skips(const struct results *results, bool all, const struct page *page)
{
	cleanup_reasons struct reasons skips = {0};
	unsigned int left = 0;
	size_t shown;

	collect(&skips, &results->cases);
	shown = all || skips.count <= SHOWN ? skips.count : SHOWN;
	if (shown < skips.count)
		reasons_sort(&skips);
	for (size_t i = 0; i < shown; i++)
		print_skip(&skips.items[i], page);
	for (size_t i = shown; i < skips.count; i++)
		left += skips.items[i].cases;
	if (left)
		fprintf(page->out, "  skip %4u  for %zu other reasons (vfiolab run -v lists all)\n",
			left, skips.count - shown);
}
