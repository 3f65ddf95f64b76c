/* SPDX-License-Identifier: GPL-2.0-only */
/* Jobs over lanes: each lane takes the next job when it is done with one. */
#ifndef RUNNER_LANE_POOL_H
#define RUNNER_LANE_POOL_H

#include "runner/lane/lane.h"

struct pool {
	const struct settings *settings;
	const char *folder; /* of the run: what lanes may write to */
	const struct job *jobs;
	size_t count;
	unsigned int lanes;
	/* Called for each event of each lane, "done" included; EVENT stays the pool's. */
	void (*event)(void *context, unsigned int lane, const struct job *job,
		      const struct event *event);
	/*
	 * Whether JOB is still wanted: asked before it begins, and after each event of a lane. A
	 * lane whose job is not wanted any more is ended at once. NULL: each is to the end.
	 */
	bool (*wanted)(void *context, const struct job *job);
	/* Called about once a second, and after events; NULL: there is nothing to do then. */
	void (*tick)(void *context);
	void *context;
};

/*
 * Do all jobs. Blocks. 0 when each of them came to its "done" (also one that
 * was made up because the lane was lost) or was not wanted any more, -EINTR
 * when SIGINT, SIGTERM or SIGHUP came first, or -errno where no lane could be
 * started. No lane and no guest is left then.
 */
int pool_run(const struct pool *pool);

#endif
