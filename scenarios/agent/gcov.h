/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel with CONFIG_GCOV_KERNEL counted: how often each line of what was compiled for it
 * was reached.
 */
#ifndef SCENARIOS_AGENT_GCOV_H
#define SCENARIOS_AGENT_GCOV_H

#include "scenarios/lib/channel.h"

/*
 * Have the runner keep the counters that the kernel has, as gcov/PATH.gcda; modules that were
 * unloaded are among them. Blocks while they are sent. Does nothing in any other kernel.
 */
void gcov_keep(struct channel *requests);

#endif
