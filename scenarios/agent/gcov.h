/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counters of a kernel with CONFIG_GCOV_KERNEL: how often each line of the instrumented code
 * was executed.
 */
#ifndef SCENARIOS_AGENT_GCOV_H
#define SCENARIOS_AGENT_GCOV_H

#include "scenarios/lib/channel.h"

#define GCOV_FOLDER "/sys/kernel/debug/gcov"

/* Called with the counters of one object: the file NAME below GCOV_FOLDER, its whole path PATH. */
typedef void gcov_file(void *context, const char *name, const char *path);

/*
 * Call FILE for the counters of each object, including those of unloaded modules. Never calls it on
 * a kernel without gcov.
 */
void gcov_each(gcov_file *file, void *context);

/*
 * Send the kernel's counters to the runner, which stores them as gcov/PATH.gcda. This includes the
 * counters of unloaded modules. Blocks until they are sent. Does nothing on a kernel without gcov.
 */
void gcov_keep(struct channel *requests);

#endif
