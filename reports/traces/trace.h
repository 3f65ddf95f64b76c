/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace of a case: what happened to device models, in order (docs/trace.md). */
#ifndef REPORTS_TRACES_TRACE_H
#define REPORTS_TRACES_TRACE_H

#include "reports/model/record.h"

/* "TIME DEVICE KIND ...", as pointers into the trace's data. */
struct trace_event {
	const char *line;   /* all of it */
	const char *device; /* name of the DUT */
	const char *what;   /* from KIND on */
};

struct trace {
	char *data;  /* of the events */
	char *lines; /* of the whole lines */
	struct trace_event *events;
	size_t count;
};

/*
 * The path of the trace of RECORD below the run's FOLDER, or below the folder of a shard in it;
 * NULL if there is none. The caller frees it.
 */
char *trace_path(const char *folder, const struct record *record);

/*
 * Read the file PATH. Lines that are no events are ignored. Returns 0 or -errno. The caller frees
 * TRACE.
 */
int trace_read(const char *path, struct trace *trace);
void trace_free(struct trace *trace);
#define cleanup_trace __attribute__((cleanup(trace_free)))

#endif
