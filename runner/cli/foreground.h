/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest's command in the foreground, which has this process's input, output and terminal. */
#ifndef RUNNER_CLI_FOREGROUND_H
#define RUNNER_CLI_FOREGROUND_H

#include "lab/base/buf.h"
#include "runner/plan/plan.h"

/*
 * Start a lane in FOLDER, run JOB in it and wait for its end. If the command has a terminal, that
 * of this process is raw until then, and changes of its size are passed on. Stores the command's
 * exit status in *STATUS. Returns 0, or -errno with a message in WHY: -EINTR after SIGINT, SIGTERM
 * or SIGHUP. After an error *STATUS is 1 if the guest's kernel panicked, and 0 otherwise.
 */
int foreground_run(const struct settings *settings, const char *folder, const struct job *job,
		   int *status, struct buf *why);

#endif
