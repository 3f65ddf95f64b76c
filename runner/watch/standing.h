/* SPDX-License-Identifier: GPL-2.0-only */
/* How each case stands in a session of vfiolab watch, and what is news about it. */
#ifndef RUNNER_WATCH_STANDING_H
#define RUNNER_WATCH_STANDING_H

#include "reports/model/record.h"

/* A case that has run; it failed if it has a reason. */
struct stand {
	char *key; /* "NAME MACHINE" */
	char *reason;
};

/* Sorted by key. */
struct standing {
	struct stand *items;
	size_t count;
};

enum stand_news {
	STAND_SAME,
	STAND_FAILED, /* it fails now, or in another way */
	STAND_FIXED,
};

/* Take the result of a case. Returns what is news about it. */
enum stand_news standing_take(struct standing *standing, const struct record *record);

/* Add to FAILING the keys of the cases that fail, and return their number. FAILING may be NULL. */
size_t standing_failing(const struct standing *standing, struct list *failing);

void standing_free(struct standing *standing);
#define cleanup_standing __attribute__((cleanup(standing_free)))

#endif
