/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of the image that the host has newer: the guest was started before they were made. */
#ifndef SCENARIOS_AGENT_RENEW_H
#define SCENARIOS_AGENT_RENEW_H

#include "scenarios/agent/work.h"
#include "scenarios/lib/channel.h"

/*
 * Get the files of PLAN from the host. Blocks. Returns NULL, or a message that the caller frees:
 * the guest must not be used then.
 */
char *renew_files(const struct work *plan, struct channel *requests);

#endif
