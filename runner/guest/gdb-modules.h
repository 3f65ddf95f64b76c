/* SPDX-License-Identifier: GPL-2.0-only */
/* For gdb: the addresses of a guest's modules, as a script that loads their symbols. */
#ifndef RUNNER_GUEST_GDB_MODULES_H
#define RUNNER_GUEST_GDB_MODULES_H

#include "lab/base/buf.h"
#include "runner/plan/job.h"

/* The path of the script for a JOB with a gdb stub, beside its socket. The caller frees it. */
char *gdb_modules_path(const struct job *job);

/*
 * Write the script. ADDRESSES, which the guest sent, has a line for each section of a module,
 * "MODULE SECTION ADDRESS", all sections of a module together. Skips modules whose file is not
 * known. Blocks. Returns 0, or -errno with a message in WHY: -EINVAL if a line is malformed.
 */
int gdb_modules_write(const struct job *job, const char *addresses, struct buf *why);

#endif
