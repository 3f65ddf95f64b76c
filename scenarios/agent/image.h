/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guests with the cloud image (docs/cloud.md). The agent is /init there as well: it mounts the
 * image, leaves it to systemd, and is started again as a service of the image.
 */
#ifndef SCENARIOS_AGENT_IMAGE_H
#define SCENARIOS_AGENT_IMAGE_H

#include "scenarios/lib/channel.h"

#include <stdbool.h>

/* Options of the agent: systemd starts it, or reports that the image does not boot. */
#define IMAGE_OPTION   "--image"
#define UNREADY_OPTION "--unready"

/* Whether the kernel's command line asks for the image. */
bool image_wanted(void);

/*
 * Mount the image, with the modules, the agent and /copy of the initramfs in it, and become its
 * systemd. Blocks until its disk is there, at most 20 s. Returns only on failure: a message that
 * the caller frees.
 */
char *image_enter(void);

/*
 * Wait for cloud-init to end, and send its status and log to the host with REQUESTS. Blocks; the
 * host limits the time. Returns NULL, or why the guest is not as the user wants it, which the
 * caller frees.
 */
char *image_await(struct channel *requests);

#endif
