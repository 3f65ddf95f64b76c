/* SPDX-License-Identifier: GPL-2.0-only */
/* Distribute jobs over lanes: a lane gets the next job when it has finished one. */
#ifndef RUNNER_LANE_POOL_H
#define RUNNER_LANE_POOL_H

#include "runner/lane/lane.h"

/* A lane that was started before the run; its guest stands by for cases of MACHINE. */
struct ready_lane {
	struct lane lane; /* fd -1: there is none any more */
	char *machine;
};

struct ready_lanes {
	struct ready_lane *items;
	size_t count;
};

struct pool {
	const struct settings *settings;
	const char *folder; /* of the run; lanes may write to it */
	const struct job *jobs;
	size_t count;
	unsigned int lanes;
	/* Lanes that pool_run() may take out, and stops then; NULL: there are none. */
	struct ready_lanes *ready;
	/* Called for each event of each lane, "done" included. The pool owns EVENT. */
	void (*event)(void *context, unsigned int lane, const struct job *job,
		      const struct event *event);
	/*
	 * Whether JOB is still wanted. Called before the job starts and after each event of a lane.
	 * The pool kills the lane of a job that is no longer wanted. NULL: all jobs are wanted.
	 */
	bool (*wanted)(void *context, const struct job *job);
	/* Called about once a second, and after events. May be NULL. */
	void (*tick)(void *context);
	void *context;
};

/*
 * Run all jobs. Blocks until they are finished; stops all lanes before it returns. If a lane is
 * lost, the pool reports the event "done" in its place. Returns 0 if every job ended with "done" or
 * was no longer wanted, -EINTR on SIGINT, SIGTERM or SIGHUP, or -errno if no lane could be started.
 */
int pool_run(const struct pool *pool);

/*
 * Block SIGINT, SIGTERM and SIGHUP. Returns a signalfd for them, or -1; the caller closes it. For
 * callers that wait for a lane themselves; pool_run() does this, too.
 */
int lanes_block_signals(void);

#endif
