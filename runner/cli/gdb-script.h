/* SPDX-License-Identifier: GPL-2.0-only */
/* The script with which gdb debugs a guest (docs/debugging.md). */
#ifndef RUNNER_CLI_GDB_SCRIPT_H
#define RUNNER_CLI_GDB_SCRIPT_H

#include "lab/base/buf.h"
#include "runner/plan/job.h"

/*
 * Write the script for the guest of JOB to PATH. It loads the kernel's symbols, connects to
 * job->gdb and defines the command "case". Returns 0, or -errno with a message in WHY.
 */
int gdb_script_write(const struct job *job, const char *path, struct buf *why);

/* Whether the kernel of JOB has debug information: types and lines of its source. */
bool gdb_has_lines(const struct job *job);

#endif
