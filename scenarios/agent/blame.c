// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/blame.h"

#include "lab/base/alloc.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/lib/assert.h"
#include "scenarios/lib/kernel/kmemleak.h"

#include "lab/base/cleanup.h"

#include <string.h>

void spans_add(struct spans *spans, const char *name, int64_t from, int64_t to)
{
	spans->items = one_more(spans->items, spans->count, sizeof(*spans->items));
	spans->items[spans->count++] =
		(struct span){.name = text("%s", name), .from = from, .to = to};
}

const char *spans_at(const struct spans *spans, int64_t ms)
{
	for (size_t i = 0; i < spans->count; i++)
		if (ms >= spans->items[i].from && ms <= spans->items[i].to)
			return spans->items[i].name;
	return "-";
}

void spans_free(struct spans *spans)
{
	for (size_t i = 0; i < spans->count; i++)
		free(spans->items[i].name);
	free(spans->items);
	*spans = (struct spans){0};
}

/* A group of leaks of the same size and stack, allocated during the same case. */
struct blamed {
	const struct leak *leak;
	const char *name;
	unsigned int times;
};

static struct blamed *find(struct blamed *all, size_t count, const struct leak *leak,
			   const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].leak->bytes == leak->bytes && !strcmp(all[i].name, name) &&
		    !strcmp(all[i].leak->stack, leak->stack))
			return &all[i];
	return NULL;
}

static void report(int ktap, const struct spans *spans, const struct leaks *leaks)
{
	cleanup_free struct blamed *all = zalloc(leaks->count, sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < leaks->count; i++) {
		const struct leak *leak = &leaks->items[i];
		const char *name = spans_at(spans, leak->since_ms);
		struct blamed *same = find(all, count, leak, name);

		if (same)
			same->times++;
		else
			all[count++] = (struct blamed){leak, name, 1};
	}
	for (size_t i = 0; i < count; i++)
		ktap_line(ktap, "# leak: %u %lu %s %s", all[i].times, all[i].leak->bytes,
			  all[i].name, all[i].leak->stack);
}

void report_leaks(int ktap, const struct spans *spans)
{
	cleanup_leaks struct leaks leaks = {0};
	int err = kmemleak_find(&leaks);

	if (err)
		ktap_line(ktap, "# error: kmemleak cannot look for leaks: %s", error_name(err));
	else
		report(ktap, spans, &leaks);
}
