/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds where two traces of one case part. */
#ifndef REPORTS_TRACES_PARTING_H
#define REPORTS_TRACES_PARTING_H

#include "reports/traces/trace.h"

#include <stdbool.h>

/* Where the traces A and B part. */
struct parting {
	char *device; /* whose events part */
	/* The index of the first event of DEVICE that differs; the trace's count: it has ended. */
	size_t a, b;
};

/*
 * Compare A and B device by device, as the order of events of two devices is not always the same.
 * How often a loop polls does not count, and neither does the order of a few events around an
 * interrupt or a change of maps; but writes must have the same order. Returns whether they differ,
 * with the first place of A where they do in PARTING, which the caller frees.
 */
bool traces_part(const struct trace *a, const struct trace *b, struct parting *parting);

void parting_free(struct parting *parting);
#define cleanup_parting __attribute__((cleanup(parting_free)))

#endif
