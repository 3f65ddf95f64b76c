/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks of the files of overlays (docs/overlay.md) that nothing else reads as a whole. */
#ifndef RUNNER_PLAN_OVERLAY_CHECK_H
#define RUNNER_PLAN_OVERLAY_CHECK_H

#include "runner/plan/plan.h"

/*
 * Check the lines of the known failures and of the expected differences in the overlays of
 * SETTINGS: their form, that their cases are in INVENTORY, and that the known failures are those of
 * a tree or of versions. Returns 0, or -EINVAL with a message in WHY that begins with the file and
 * the line.
 */
int overlay_check(const struct settings *settings, const struct inventory *inventory,
		  struct buf *why);

#endif
