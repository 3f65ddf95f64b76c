// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/guests.h"

#include "lab/base/alloc.h"

#include <stdlib.h>

void guests_start(struct guests *guests, unsigned int lane)
{
	while (guests->lanes <= lane) {
		guests->current =
			one_more(guests->current, guests->lanes, sizeof(*guests->current));
		guests->current[guests->lanes++] = 0;
	}
	guests->current[lane] = ++guests->count;
}

unsigned int guests_current(const struct guests *guests, unsigned int lane)
{
	return lane < guests->lanes ? guests->current[lane] : 0;
}

void guests_free(struct guests *guests)
{
	free(guests->current);
	*guests = (struct guests){0};
}
