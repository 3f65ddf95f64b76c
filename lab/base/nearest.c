// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/nearest.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <limits.h>
#include <string.h>

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Only three rows of the table of distances between all prefixes of A and B are kept. */
unsigned int edit_distance(const char *a, const char *b)
{
	const size_t len = strlen(b), width = len + 1;
	cleanup_free unsigned int *rows = zalloc(3 * width, sizeof(*rows));
	unsigned int *before = rows, *last = rows + width, *row = rows + 2 * width;

	for (size_t j = 0; j <= len; j++)
		last[j] = (unsigned int)j;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned int *oldest = before;

		const unsigned int cost = a[i - 1] != '*';

		row[0] = last[0] + cost;
		for (size_t j = 1; j <= len; j++) {
			row[j] = least(least(last[j], row[j - 1]) + cost,
				       last[j - 1] + (a[i - 1] != '?' && a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[len];
}

const char *nearest(const struct list *words, const char *word)
{
	unsigned int best = UINT_MAX;
	const char *found = NULL;

	for (size_t i = 0; i < words->count; i++) {
		unsigned int distance = edit_distance(word, words->items[i]);

		if (distance >= best)
			continue;
		best = distance;
		found = words->items[i];
	}
	return found;
}

/* A match with a part of a name ranks one edit below a match with all of it. */
static unsigned int distance_of_part(const char *glob, const char *name)
{
	cleanup_free char *anywhere = text("*%s*", glob);

	return least(edit_distance(glob, name), edit_distance(anywhere, name) + 1);
}

void nearest_names(const struct list *names, const char *glob, unsigned int most, struct list *near)
{
	for (size_t n = 0; n < NEAREST_MAX; n++) {
		const char *found = NULL;
		unsigned int best = UINT_MAX;

		for (size_t i = 0; i < names->count; i++) {
			unsigned int distance = distance_of_part(glob, names->items[i]);

			if (distance > most || distance >= best || list_has(near, names->items[i]))
				continue;
			best = distance;
			found = names->items[i];
		}
		if (!found)
			return;
		list_add(near, found);
	}
}
