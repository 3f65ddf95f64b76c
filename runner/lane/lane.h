/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lanes: workers that run jobs, each a process tree in a PID namespace of its
 * own with one libvirt, one guest at a time, no network and no privilege.
 * Whatever ends the runner ends its lanes and all that is in them.
 */
#ifndef RUNNER_LANE_LANE_H
#define RUNNER_LANE_LANE_H

#include "runner/guest/wire.h"
#include "runner/plan/settings.h"

#include <sys/types.h>

struct lane {
	pid_t pid;
	int fd;		    /* the runner's end of the link */
	struct buf pending; /* what was read of the lane's next line */
};

/*
 * The descriptors that a lane finds its end of the link at and, with STDIO, the caller's standard
 * error.
 */
#define LANE_FD	       3
#define LANE_STDERR_FD 4

/*
 * Start a lane which may write below FOLDER. Its standard error goes to LOG,
 * its standard input and output are the caller's if STDIO is set, and commands write to the
 * caller's standard error at LANE_STDERR_FD. Does not wait for it. Returns 0 or -errno.
 */
int lane_start(const struct settings *settings, const char *folder, const char *log, bool stdio,
	       struct lane *lane);

/* Give LANE the job JOB. Returns 0 or -errno. */
int lane_give(struct lane *lane, const struct job *job);

/*
 * Take the next event of LANE into EVENT, which the caller frees (event_free). Returns 1 if there
 * is one, 0 if none has come yet, -EPIPE if the lane is gone, -EPROTO if it sent no event. Reads
 * the link only if MAY_READ, and blocks if it is not readable.
 */
int lane_event(struct lane *lane, struct event *event, bool may_read);

/* End LANE and all that is in it, at once; blocks until its first process is reaped. */
void lane_stop(struct lane *lane);

/* The lane's own side: serve jobs until the link is closed. Returns the exit status. */
int lane_main(const struct settings *settings);

#endif
