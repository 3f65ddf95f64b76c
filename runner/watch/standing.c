// SPDX-License-Identifier: GPL-2.0-only
#include "runner/watch/standing.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

/* The index of KEY, or of where it belongs. */
static size_t place_of(const struct standing *standing, const char *key)
{
	size_t low = 0, high = standing->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(standing->items[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct stand *stand_of(struct standing *standing, const struct record *record)
{
	cleanup_free char *key = text("%s %s", record->name, record->machine);
	size_t at = place_of(standing, key);

	if (at < standing->count && !strcmp(standing->items[at].key, key))
		return &standing->items[at];
	array_add(standing);
	memmove(&standing->items[at + 1], &standing->items[at],
		(standing->count - 1 - at) * sizeof(*standing->items));
	standing->items[at] = (struct stand){.key = steal(key)};
	return &standing->items[at];
}

/* Whether the reasons are the same but for numbers, which may be measured. */
static bool is_same(const char *a, const char *b)
{
	const struct result left = {.reason = (char *)a}, right = {.reason = (char *)b};

	return result_same_reason(&left, &right);
}

enum stand_news standing_take(struct standing *standing, const struct record *record)
{
	struct stand *stand = stand_of(standing, record);
	cleanup_free char *before = steal(stand->reason);

	/* The lab's own errors are news, too. */
	if (!record_failed(record) && record->result.verdict != VERDICT_ERROR)
		return before ? STAND_FIXED : STAND_SAME;
	stand->reason = text("%s", record->result.reason ?: "");
	return before && is_same(before, stand->reason) ? STAND_SAME : STAND_FAILED;
}

size_t standing_failing(const struct standing *standing, struct list *failing)
{
	size_t count = 0;

	for (size_t i = 0; i < standing->count; i++) {
		if (!standing->items[i].reason)
			continue;
		count++;
		if (failing)
			list_add(failing, standing->items[i].key);
	}
	return count;
}

void standing_free(struct standing *standing)
{
	for (size_t i = 0; i < standing->count; i++) {
		free(standing->items[i].key);
		free(standing->items[i].reason);
	}
	free(standing->items);
	*standing = (struct standing){0};
}
