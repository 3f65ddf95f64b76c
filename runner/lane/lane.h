/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lanes: workers that run jobs. Each is a process tree in its own PID namespace, with one libvirt,
 * one guest at a time, no network and no privileges. When the runner ends, for whatever reason, the
 * kernel kills its lanes and everything in them.
 */
#ifndef RUNNER_LANE_LANE_H
#define RUNNER_LANE_LANE_H

#include "runner/guest/wire.h"
#include "runner/plan/settings.h"

#include <sys/types.h>

struct lane {
	pid_t pid;
	int fd;		    /* the runner's end of the link */
	struct buf pending; /* bytes of the lane's next line, read so far */
};

/* File descriptors of a lane: its end of the link and, with STDIO, the caller's standard error. */
#define LANE_FD	       3
#define LANE_STDERR_FD 4

/*
 * Start a lane that may write below FOLDER. Its standard error goes to the file LOG. If STDIO, it
 * shares the caller's standard input and output, and LANE_STDERR_FD is the caller's standard error.
 * Does not wait for the lane to come up. The caller ends it with lane_stop(). Returns 0 or -errno.
 */
int lane_start(const struct settings *settings, const char *folder, const char *log, bool stdio,
	       struct lane *lane);

/* Send JOB to LANE. Blocks until it is written. Returns 0 or -errno. */
int lane_give(struct lane *lane, const struct job *job);

/*
 * Store the next event of LANE in EVENT, which the caller frees with event_free(). Reads the link
 * only if MAY_READ, and then blocks if it is not readable. Returns 1 if there was an event, 0 if
 * none has arrived yet, -EPIPE if the lane has exited, or -EPROTO if it sent a malformed one.
 */
int lane_event(struct lane *lane, struct event *event, bool may_read);

/* Kill LANE and everything in it. Blocks until its first process is reaped. */
void lane_stop(struct lane *lane);

/* Runs in the lane: serve jobs until the link is closed. Blocks. Returns the exit status. */
int lane_main(const struct settings *settings);

#endif
