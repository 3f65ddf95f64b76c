/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells the runner where this guest's modules are, for gdb. */
#ifndef SCENARIOS_AGENT_MODULES_H
#define SCENARIOS_AGENT_MODULES_H

#include "scenarios/lib/channel.h"

/*
 * Send the addresses of all loaded modules (request "modules"). The runner then stops this guest
 * until gdb continues it; blocks until then. Errors are ignored: gdb has fewer symbols.
 */
void modules_report(struct channel *requests);

#endif
