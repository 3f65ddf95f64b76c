/* SPDX-License-Identifier: GPL-2.0-only */
/* cloud-init in the guest: when it has ended, how, and its log. */
#ifndef SCENARIOS_AGENT_CLOUD_INIT_H
#define SCENARIOS_AGENT_CLOUD_INIT_H

#include "lab/base/buf.h"
#include "scenarios/lib/channel.h"

/*
 * Wait until cloud-init has ended, and add to STATUS what `cloud-init status` prints. Blocks; the
 * host limits the time. Returns NULL, or the first error that cloud-init reports, which the caller
 * frees.
 */
char *cloud_init_await(struct buf *status);

/* Enable cloud-init, as its generator does, before systemd starts. */
void cloud_init_enable(void);

/* Send STATUS and the logs of cloud-init to the host, as files to keep. Blocks. */
void cloud_init_keep(const struct buf *status, struct channel *requests);

/* The first error in STATUS, as cloud-init prints it, or NULL. The caller frees it. */
char *cloud_init_error(const char *status);

#endif
