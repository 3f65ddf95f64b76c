/* SPDX-License-Identifier: GPL-2.0-only */
/* What the folder of a built kernel says about it (docs/cache.md). */
#ifndef RUNNER_PLAN_KERNEL_META_H
#define RUNNER_PLAN_KERNEL_META_H

/* The first line of the file PATH, or NULL. The caller frees it. */
char *file_first_line(const char *path);

/*
 * The key of the kernel in FOLDER, a hash of all its inputs: the name of its folder in the cache.
 * NULL if it is not built. The caller frees it.
 */
char *kernel_key(const char *folder);

/*
 * The value of KEY in the file "meta" of FOLDER, which has lines "KEY = VALUE"; NULL if it has
 * none. The caller frees it.
 */
char *kernel_meta(const char *folder, const char *key);

#endif
