/* SPDX-License-Identifier: GPL-2.0-only */
/* What is shown while a run goes on: a line for each lane on a terminal, plain lines elsewhere. */
#ifndef RUNNER_LANE_PROGRESS_H
#define RUNNER_LANE_PROGRESS_H

#include <json-c/json.h>
#include <stdbool.h>

struct progress;

/*
 * For so many LANES. On a TERMINAL each has a line that is drawn anew; a
 * VERBOSE one says every case, as it begins and as it ends, in a line of its
 * own. The caller frees it with progress_end().
 */
struct progress *progress_begin(unsigned int lanes, bool terminal, bool verbose);

/* LANE, which is at JOB, told EVENT (runner/guest/job.h). */
void progress_event(struct progress *progress, unsigned int lane, json_object *job, json_object *event);

/* Take the lanes' lines off the terminal, and free PROGRESS. */
void progress_end(struct progress *progress);

#endif
