/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counters of a kernel with CONFIG_GCOV_KERNEL: how often each line of the instrumented code
 * was executed.
 */
#ifndef SCENARIOS_AGENT_GCOV_H
#define SCENARIOS_AGENT_GCOV_H

#include "scenarios/lib/channel.h"

/*
 * Send the kernel's counters to the runner, which stores them as gcov/PATH.gcda. This includes the
 * counters of unloaded modules. Blocks until they are sent. Does nothing on a kernel without gcov.
 */
void gcov_keep(struct channel *requests);

#endif
