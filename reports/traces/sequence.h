/* SPDX-License-Identifier: GPL-2.0-only */
/* The events of one device in a trace, in their normal form, without repeated polls. */
#ifndef REPORTS_TRACES_SEQUENCE_H
#define REPORTS_TRACES_SEQUENCE_H

#include "reports/traces/trace.h"

#include <stdbool.h>

struct step {
	char *what;   /* the normal form */
	size_t index; /* of the event in the trace */
};

struct sequence {
	struct step *steps;
	size_t count;
};

/* Make the sequence of DEVICE in TRACE. The caller frees it. */
void sequence_make(const struct trace *trace, const char *device, struct sequence *sequence);
void sequence_free(struct sequence *sequence);
#define cleanup_sequence __attribute__((cleanup(sequence_free)))

/* Whether WHAT is a read. */
bool step_reads(const char *what);

/* Whether WHAT is a write to a register. */
bool step_writes(const char *what);

/*
 * Whether WHAT comes at a moment that the thread which accesses registers does not choose: an
 * interrupt, or a change of interrupts or maps.
 */
bool step_intrudes(const char *what);

#endif
