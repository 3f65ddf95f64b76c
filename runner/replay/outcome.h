/* SPDX-License-Identifier: GPL-2.0-only */
/* What a replay saw, compared with what was recorded. */
#ifndef RUNNER_REPLAY_OUTCOME_H
#define RUNNER_REPLAY_OUTCOME_H

#include "runner/bundle/bundle.h"
#include "runner/guest/wire.h"

#include <stdio.h>

/* The exit status of a replay. */
enum {
	REPLAY_SAME,
	REPLAY_DIFFERS,
	REPLAY_FAILED, /* the case could not run */
};

struct outcome {
	const struct bundle *bundle;
	FILE *out;
	struct result seen; /* of the bundle's case */
	bool known;	    /* there is such a result */
	bool done;
	char *error; /* why the guests could not run all cases; NULL: they did */
};

/* Print the case and its recorded result. */
void outcome_begin(const struct outcome *outcome);

/* Take an event of the guests, and print the verdict of each case. */
void outcome_take(struct outcome *outcome, const struct event *event);

/* Print how the result compares with the recorded one. Returns the exit status. */
int outcome_end(const struct outcome *outcome);

/* Free what OUTCOME holds. */
void outcome_free(struct outcome *outcome);

#endif
