/* SPDX-License-Identifier: GPL-2.0-only */
/* The disks of a guest with an image: the image itself, and cloud-init's seed. */
#ifndef RUNNER_GUEST_DOMAIN_IMAGE_H
#define RUNNER_GUEST_DOMAIN_IMAGE_H

#include "runner/guest/domain.h"

/*
 * Kernel parameters: the agent boots the image (scenarios/agent/image.c), and systemd gives up on
 * nothing. On a busy host its own limits end services that are only slow; the runner has a limit.
 * If systemd crashes, the guest does not wait for that.
 */
#define IMAGE_PARAMETERS                                                                           \
	"vfiolab.image systemd.default_timeout_start_sec=infinity "                                \
	"systemd.default_device_timeout_sec=infinity systemd.service_watchdogs=no "                \
	"systemd.crash_action=poweroff"

/*
 * Add the two disks to the QEMU command line. What the guest writes to the image is in a temporary
 * overlay in the guest's folder.
 */
void domain_add_image(xmlNode *commandline, const struct domain_files *files);

/*
 * Write user-data and meta-data of the guest with FILES to the folder of its seed disk. Blocks.
 * Returns 0, or -errno with a message in WHY.
 */
int seed_write(const struct domain_files *files, struct buf *why);

#endif
