/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares copies of a kernel source that kernel/snapshot made, without reading their files. */
#ifndef RUNNER_REACH_SNAPSHOT_H
#define RUNNER_REACH_SNAPSHOT_H

#include "lab/base/list.h"

/*
 * Add to FILES those that may differ between the snapshots OLD and NEW, paths of folders, or that
 * only one of them has. A file that was saved without a change counts. Returns 0, or -errno if one
 * of them is gone.
 */
int snapshot_differences(const char *old, const char *new, struct list *files);

#endif
