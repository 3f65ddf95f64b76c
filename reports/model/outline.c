// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/outline.h"

#include "lab/base/alloc.h"
#include "lab/base/hash.h"

#include <inttypes.h>
#include <string.h>

struct planned *outline_add(struct outline *outline, const char *kernel, const char *machine)
{
	struct planned *planned = array_add(outline);

	planned->kernel = text("%s", kernel);
	planned->machine = text("%s", machine);
	return planned;
}

static uint64_t hash_planned(uint64_t hash, const struct planned *planned)
{
	hash = hash_text(hash, planned->kernel);
	hash = hash_text(hash, planned->machine);
	for (size_t i = 0; i < planned->cases.count; i++)
		hash = hash_text(hash, planned->cases.items[i]);
	return hash;
}

char *outline_hash(const struct outline *outline, const struct results *results)
{
	uint64_t hash = HASH_INIT;

	for (size_t i = 0; i < results->kernels.count; i++) {
		hash = hash_text(hash, results->kernels.items[i].name);
		hash = hash_text(hash, results->kernels.items[i].key ?: "");
	}
	for (size_t i = 0; i < outline->count; i++)
		hash = hash_planned(hash, &outline->items[i]);
	return text("%016" PRIx64, hash);
}

/* Attempts at a case are adjacent. */
unsigned int planned_attempt(const struct planned *planned, size_t i)
{
	const char *name = planned->cases.items[i];
	unsigned int attempt = 1;

	while (i-- > 0 && !strcmp(planned->cases.items[i], name))
		attempt++;
	return attempt;
}

void outline_free(struct outline *outline)
{
	for (size_t i = 0; i < outline->count; i++) {
		free(outline->items[i].kernel);
		free(outline->items[i].machine);
		list_free(&outline->items[i].cases);
	}
	free(outline->items);
	*outline = (struct outline){0};
}
