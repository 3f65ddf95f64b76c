// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/guests.h"

#include "lab/base/alloc.h"
#include "reports/model/record.h"

#include <stdlib.h>
#include <string.h>

static unsigned int *current_of(struct guests *guests, unsigned int lane)
{
	while (guests->lanes <= lane) {
		guests->current =
			one_more(guests->current, guests->lanes, sizeof(*guests->current));
		guests->current[guests->lanes++] = 0;
	}
	return &guests->current[lane];
}

static void sign(json_object *object, unsigned int guest, unsigned int lane)
{
	json_object_object_add(object, "guest", json_object_new_int((int)guest));
	json_object_object_add(object, "lane", json_object_new_int((int)lane));
}

void guests_event(struct guests *guests, unsigned int lane, json_object *event)
{
	unsigned int *current = current_of(guests, lane);
	const char *kind = record_text(event, "event");
	json_object *record = json_object_object_get(event, "record");

	if (!strcmp(kind, "guest"))
		*current = ++guests->count;
	if (!strcmp(kind, "guest") || !strcmp(kind, "boot"))
		sign(event, *current, lane);
	/* A case that was not run has no guest. */
	if (record && record_get_verdict(record) != VERDICT_MISS)
		sign(record, *current, lane);
}

void guests_free(struct guests *guests)
{
	free(guests->current);
	*guests = (struct guests){0};
}
