/* SPDX-License-Identifier: GPL-2.0-only */
/* Which counters of a kernel with CONFIG_GCOV_KERNEL a case raises (docs/reach.md). */
#ifndef SCENARIOS_AGENT_REACH_H
#define SCENARIOS_AGENT_REACH_H

#include "scenarios/lib/channel.h"

/* What ran: the scenario itself, or the preparation and the release of its DUT. */
#define PHASE_BODY  "body"
#define PHASE_SETUP "setup"

/* Set all counters of the kernel to zero. */
void reach_reset(void);

/*
 * Append to REACHED a line "phase PHASE" and the counters that are not zero, in the format of
 * docs/protocol.md. Then set all counters to zero.
 */
void reach_add(struct buf *reached, const char *phase);

/* Append to REACHED the counters in the file PATH, gcov's, of the object NAME. */
void reach_add_file(struct buf *reached, const char *name, const char *path);

/* Send REACHED, of the case NUMBER, to the runner. 0: of what runs before the first case. */
void reach_send(struct channel *requests, unsigned int number, const struct buf *reached);

#endif
