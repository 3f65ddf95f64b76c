/* SPDX-License-Identifier: GPL-2.0-only */
/* Dumps of the memory of lost guests, for crash or drgn (docs/debugging.md). */
#ifndef RUNNER_GUEST_MEMORY_DUMP_H
#define RUNNER_GUEST_MEMORY_DUMP_H

#include "reports/model/verdict.h"
#include "runner/guest/hypervisor.h"
#include "runner/plan/job.h"

/* Maximum size of a dump, in bytes. A larger one is removed. */
#define DUMP_MAX (256u << 20)

/* Maximum of DUMPS=. */
#define DUMPS_MAX 100

/*
 * Dump the memory of VM, a guest of JOB that was lost for CAUSE, to
 * job->dumps/N/KERNEL.MACHINE.kdump: N counts the dumps of all lanes of a run, up to
 * job->dumps_max. Does nothing if that is reached, or if CAUSE is neither a panic nor a hang.
 * Blocks for up to a minute.
 *
 * Returns the path and the size of the dump, or why there is none, as a line of text that the
 * caller frees; NULL if nothing was to be done.
 */
char *dump_guest(const struct job *job, struct vm *vm, enum cause cause);

#endif
