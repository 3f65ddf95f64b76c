/* SPDX-License-Identifier: GPL-2.0-only */
/* The limit on this process's file descriptors (RLIMIT_NOFILE). */
#ifndef SCENARIOS_LIB_KERNEL_DESCRIPTORS_H
#define SCENARIOS_LIB_KERNEL_DESCRIPTORS_H

#include <sys/resource.h>

/*
 * Limit this process to file descriptors below FIRST, which is not open; *BEFORE gets the old
 * limit, for setrlimit(). Returns 0 or -errno.
 */
int limit_descriptors(int first, struct rlimit *before);

#endif
