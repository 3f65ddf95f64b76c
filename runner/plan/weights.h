/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the cases of a DUT take on average, from a file of the lab's source: the same on every
 * machine, which the durations of earlier runs (durations.h) are not.
 */
#ifndef RUNNER_PLAN_WEIGHTS_H
#define RUNNER_PLAN_WEIGHTS_H

#include "lab/base/buf.h"

struct weight {
	char *machine;
	char *dut;
	unsigned int ms;
};

struct weights {
	struct weight *items;
	size_t count;
};

/* The path of the lab's own file, whose source is at TOP. The caller frees it. */
char *weights_path(const char *top);

/*
 * Read the file PATH, lines "MACHINE DUT MS" and comments; none: nothing is known. Returns 0, or
 * -EINVAL with a message in WHY. WEIGHTS is to be freed in any case.
 */
int weights_read(const char *path, struct weights *weights, struct buf *why);

/* What a case of DUT on MACHINE takes, in ms: GUESS for a DUT that is not listed. */
unsigned int weight_of(const struct weights *weights, const char *machine, const char *dut,
		       unsigned int guess);

void weights_free(struct weights *weights);
#define cleanup_weights __attribute__((cleanup(weights_free)))

#endif
