/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folders that have the lab's files: its own, and those of LAB_EXTRA=, which have its layout
 * (docs/overlay.md). In these, the first part of a path may be left out: machines/ is the same as
 * lab/machines/. No name is in two of them (lab/tools/overlay).
 */
#ifndef RUNNER_PLAN_ROOTS_H
#define RUNNER_PLAN_ROOTS_H

#include "lab/base/list.h"

/* Make ROOTS the folder TOP of the lab and those of EXTRA, separated by ':'. EXTRA may be NULL. */
void roots_make(const char *top, const char *extra, struct list *roots);

/* Add to PATHS the path of FOLDER ("lab/machines") in each of ROOTS that has it. */
void roots_folders(const struct list *roots, const char *folder, struct list *paths);

/*
 * The path of the file NAME in FOLDER of one of ROOTS, or NULL if none has it. The caller frees
 * it.
 */
char *roots_find(const struct list *roots, const char *folder, const char *name);

#endif
