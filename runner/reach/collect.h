/* SPDX-License-Identifier: GPL-2.0-only */
/* Turns the counters that a case left in a run's folder into the lines that it reaches. */
#ifndef RUNNER_REACH_COLLECT_H
#define RUNNER_REACH_COLLECT_H

#include "runner/reach/objects.h"

/*
 * Add to EACH, a case of the reach that OBJECTS belong to, the lines that the counters in the file
 * PATH stand for (docs/protocol.md). Returns 0, or -errno with a message in WHY.
 */
int collect(const struct objects *objects, const char *path, struct reach_case *each,
	    struct buf *why);

#endif
