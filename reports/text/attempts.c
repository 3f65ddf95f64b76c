// SPDX-License-Identifier: GPL-2.0-only
/* Cases whose attempts have different verdicts. */
#include "reports/model/attempts.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <string.h>

static void print_case(const struct attempts *attempts, const struct page *page)
{
	static const struct {
		enum verdict verdict;
		const char *did;
	} others[] = {{VERDICT_ERROR, "had an error"},
		      {VERDICT_MISS, "did not run"},
		      {VERDICT_SKIP, "were skipped"}};
	const struct record *worst = attempts->worst;
	cleanup_list struct list parts = {0};
	cleanup_free char *joined = NULL;

	list_addf(&parts, "%u of %u attempts failed", attempts->of[VERDICT_FAIL], attempts->count);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (attempts->of[others[i].verdict])
			list_addf(&parts, "%u %s", attempts->of[others[i].verdict], others[i].did);
	joined = list_join(&parts, ", ");
	page_print(page, attempts->flaky ? INK_NOTE : INK_BAD, "FLAKY");
	fprintf(page->out, "  %s/%s  %s: %s\n", worst->kernel, worst->machine, worst->name, joined);
}

/* Print the reasons of those attempts at a case that did not pass. */
static void print_reasons(const struct results *results, const struct attempts *attempts,
			  const struct page *page)
{
	const struct record *of = attempts->worst;

	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];
		const char *reason = record->result.reason;

		if (!record->flaky || strcmp(record->kernel, of->kernel) != 0 ||
		    !record_same_case(record, of))
			continue;
		fprintf(page->out, "      attempt %u: %s%s%s\n", record->attempt,
			verdict_names[record->result.verdict], reason ? ": " : "", reason ?: "");
	}
}

void results_print_attempts(const struct results *results, const struct page *page)
{
	cleanup_free struct attempts *found = NULL;
	size_t count = attempts_gather(results, NULL, &found);
	unsigned int flaky = attempts_flaky(results, NULL);

	for (size_t i = 0; i < count; i++) {
		if (!attempts_differ(&found[i]))
			continue;
		print_case(&found[i], page);
		if (found[i].flaky)
			print_reasons(results, &found[i], page);
	}
	if (flaky && !results->run.flaky)
		fprintf(page->out,
			"warning: %u case%s did not fail when retried: FLAKY=fail makes that a "
			"failure\n",
			flaky, flaky == 1 ? "" : "s");
}
