// SPDX-License-Identifier: GPL-2.0-only
#include "reports/text/reasons.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

static struct reason *find(struct reasons *reasons, const char *reason)
{
	struct reason *found;

	for (size_t i = 0; i < reasons->count; i++)
		if (!strcmp(reasons->items[i].reason, reason))
			return &reasons->items[i];
	found = array_add(reasons);
	found->reason = text("%s", reason);
	return found;
}

void reasons_add(struct reasons *reasons, const char *why, const char *dut)
{
	cleanup_free char *common = text("%.*s", (int)strcspn(why, ";"), why);
	struct reason *reason = find(reasons, common);

	reason->cases++;
	reasons->cases++;
	list_add_once(&reason->duts, dut);
}

static int by_cases(const void *left, const void *right)
{
	const struct reason *a = left, *b = right;

	if (a->cases != b->cases)
		return a->cases < b->cases ? 1 : -1;
	return strcmp(a->reason, b->reason);
}

void reasons_sort(struct reasons *reasons)
{
	if (reasons->count)
		qsort(reasons->items, reasons->count, sizeof(*reasons->items), by_cases);
}

void reasons_print(struct reasons *reasons, FILE *out)
{
	reasons_sort(reasons);
	for (size_t i = 0; i < reasons->count; i++) {
		cleanup_free char *duts = list_join(&reasons->items[i].duts, " ");

		fprintf(out, "%8u  %s: %s\n", reasons->items[i].cases, reasons->items[i].reason,
			duts);
	}
}

void reasons_free(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++) {
		free(reasons->items[i].reason);
		list_free(&reasons->items[i].duts);
	}
	free(reasons->items);
	*reasons = (struct reasons){0};
}
