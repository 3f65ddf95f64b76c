/* SPDX-License-Identifier: GPL-2.0-only */
/* The user space of a guest: the initramfs alone, or the cloud image as well (docs/cloud.md). */
#ifndef RUNNER_PLAN_GUEST_IMAGE_H
#define RUNNER_PLAN_GUEST_IMAGE_H

#include "runner/plan/catalog.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"
#include "runner/plan/settings.h"

/* MiB that a guest with the cloud image has at least: QEMU and libvirt run in it, and Python. */
#define IMAGE_CLOUD_MEMORY 2048

/*
 * Check NAME, an image: "busybox" or "cloud". Returns 0, or -EINVAL with a message in WHY that
 * names WHAT selected it.
 */
int image_check(const char *what, const char *name, struct buf *why);

/* Whether NAME, which may be NULL, is the cloud image. */
bool image_is_cloud(const char *name);

/* Whether the guests of MACHINE boot the cloud image: as CHOICE says, or else MACHINE. */
bool image_of(const struct choice *choice, const struct machine *machine);

/*
 * Whether SCENARIO runs in guests with the cloud image, if IMAGE, or in those without it. Programs
 * of foreign suites may run in both.
 */
bool image_suits(const struct scenario_info *scenario, bool image);

/*
 * Give the guests of JOB, whose kernel is set, the image that CHOICE or MACHINE names: its disk,
 * and the memory that it needs. Returns 0, or -errno with a message in WHY: -ENOENT if it is not
 * built, -EINVAL if the kernel cannot boot it, or if the user-data cannot be read or is nothing
 * that cloud-init recognises.
 */
int image_use(const struct settings *settings, const struct choice *choice,
	      const struct machine *machine, struct job *job, struct buf *why);

#endif
