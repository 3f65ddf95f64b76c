// SPDX-License-Identifier: GPL-2.0-only
/* Cases of which one attempt came to something else than another. */
#include "reports/model/attempts.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

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
	page_print(page, INK_BAD, "FLAKY");
	fprintf(page->out, "  %s/%s  %s: %s\n", worst->kernel, worst->machine, worst->name, joined);
}

void results_print_attempts(const struct results *results, const struct page *page)
{
	cleanup_free struct attempts *found = NULL;
	size_t count = attempts_gather(results, NULL, &found);

	for (size_t i = 0; i < count; i++)
		if (attempts_differ(&found[i]))
			print_case(&found[i], page);
}
