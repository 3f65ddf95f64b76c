/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs code that may crash, hang or block in the kernel in a child process with a deadline. Its
 * output is returned line by line.
 */
#ifndef SCENARIOS_AGENT_WORKER_H
#define SCENARIOS_AGENT_WORKER_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct worker {
	pid_t pid;
	int pid_fd; /* readable once the child has ended */
	int out;    /* what the child prints */
	struct buf line;
};

enum worker_end {
	WORKER_RUNS,	/* not ended yet (worker_follow only) */
	WORKER_EXITED,	/* value: exit status */
	WORKER_KILLED,	/* value: the signal; not by the lab */
	WORKER_TIMEOUT, /* it missed its deadline and was killed */
	WORKER_STUCK,	/* it missed its deadline and cannot be killed; value: its pid */
};

struct worker_result {
	enum worker_end end;
	int value;
};

typedef void worker_line(void *context, const char *line);

/*
 * Run WORK(ARG) in a child that leads a new session; its return value is the child's exit status.
 * Returns 0 or -errno.
 */
int worker_start(struct worker *worker, int (*work)(void *arg), void *arg);

/*
 * Pass the lines of WORKER to LINE until it ends. At DEADLINE (now_ms()) it is killed with its
 * whole session. Nothing of it remains unless it is stuck.
 */
struct worker_result worker_wait(struct worker *worker, int64_t deadline, worker_line *line,
				 void *context);

/*
 * The same, but return WORKER_RUNS as soon as FD is readable. At DEADLINE the worker is killed
 * here, too.
 */
struct worker_result worker_follow(struct worker *worker, int fd, int64_t deadline,
				   worker_line *line, void *context);

/* Reap orphaned processes. Only for PID 1. */
void reap_orphans(void);

#endif
