/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a program to its end, so that a signal to this process ends both. */
#ifndef RUNNER_BISECT_TOOL_H
#define RUNNER_BISECT_TOOL_H

#include "lab/base/list.h"

#include <stdbool.h>

struct tool {
	struct list argv;
	const char *log; /* its standard error, and its output if OUT is NULL, are appended here */
	struct buf *out; /* receives its output; NULL: none */
};

/*
 * Run TOOL and wait for it, without a deadline of its own. If this process gets SIGINT, SIGTERM or
 * SIGHUP, the tool gets it, too, and then SIGKILL if it does not end within 20 s. These signals
 * stay blocked afterwards, and the next call sees those that arrive between two calls.
 *
 * Returns the exit status (128 and more: killed by a signal), -EINTR after a signal to this
 * process, or -errno if the tool cannot be started.
 */
int tool_run(const struct tool *tool);

/* Append to WHY the last message of the lab in LOG, without "vfiolab: ", or where the log is. */
void tool_message(const char *log, struct buf *why);

/* The first or the LAST line of CONTENT with WORD, or NULL. The caller frees it. */
char *tool_line_with(const char *content, const char *word, bool last);

/* Free what TOOL holds. OUT stays. */
void tool_free(struct tool *tool);
#define cleanup_tool __attribute__((cleanup(tool_free)))

#endif
