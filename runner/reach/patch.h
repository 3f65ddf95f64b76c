/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads unified diffs: which files they change, and how a file was before. */
#ifndef RUNNER_REACH_PATCH_H
#define RUNNER_REACH_PATCH_H

#include "lab/base/list.h"

/* Add to FILES the paths that DIFF changes, without their first part (a/, b/), once each. */
void patch_files(const char *diff, struct list *files);

/*
 * Undo what DIFF does to FILE, whose content is then NEW. Returns the content before, which the
 * caller frees, or NULL if DIFF does not fit.
 */
char *patch_undo(const char *diff, const char *file, const char *new);

/* The same forwards: returns the content of FILE after DIFF; before, it is OLD. */
char *patch_apply(const char *diff, const char *file, const char *old);

#endif
