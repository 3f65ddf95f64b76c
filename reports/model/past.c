// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/past.h"

#include <stdlib.h>
#include <string.h>

static int by_case(const void *left, const void *right)
{
	const struct past_case *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	order = order ?: strcmp(a->machine, b->machine);
	return order ?: strcmp(a->kernel, b->kernel);
}

enum mark mark_of(enum verdict verdict, bool known)
{
	static const enum mark marks[VERDICT_COUNT] = {
		[VERDICT_MISS] = MARK_NOT_RUN,	  [VERDICT_PASS] = MARK_PASSED,
		[VERDICT_FAIL] = MARK_FAILED,	  [VERDICT_SKIP] = MARK_SKIPPED,
		[VERDICT_ERROR] = MARK_LAB_ERROR,
	};

	return verdict == VERDICT_FAIL && known ? MARK_KNOWN_FAILURE : marks[verdict];
}

void past_sort(struct past *past)
{
	if (past->cases.count)
		qsort(past->cases.items, past->cases.count, sizeof(*past->cases.items), by_case);
}

const char *past_marks(const struct past *past, const char *kernel, const char *machine,
		       const char *name)
{
	const struct past_case wanted = {
		.kernel = (char *)kernel, .machine = (char *)machine, .name = (char *)name};
	const struct past_case *found;

	if (!past || !past->cases.count)
		return NULL;
	found = bsearch(&wanted, past->cases.items, past->cases.count, sizeof(wanted), by_case);
	return found ? found->marks : NULL;
}

void past_free(struct past *past)
{
	for (size_t i = 0; i < past->runs.count; i++) {
		free(past->runs.items[i].name);
		free(past->runs.items[i].started);
	}
	for (size_t i = 0; i < past->cases.count; i++) {
		free(past->cases.items[i].kernel);
		free(past->cases.items[i].machine);
		free(past->cases.items[i].name);
		free(past->cases.items[i].marks);
	}
	free(past->runs.items);
	free(past->cases.items);
	*past = (struct past){0};
}
