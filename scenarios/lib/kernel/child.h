/* SPDX-License-Identifier: GPL-2.0-only */
/* A child process of the case, for what must happen in another process or as another user. */
#ifndef SCENARIOS_LIB_KERNEL_CHILD_H
#define SCENARIOS_LIB_KERNEL_CHILD_H

#include <sys/types.h>

/*
 * Run CHECK(OF) in a child and wait for its end. Returns what CHECK returns: NULL, or a message;
 * also a message if the child was killed. The child has the files of this process, and a copy of
 * its memory.
 */
const char *child_check(const char *(*check)(void *of), void *of);

/*
 * Become a user without privileges, and with at most LOCKED bytes of locked memory
 * (RLIMIT_MEMLOCK). Not undone, so for a child. Returns 0 or -errno.
 */
int child_become_user(uid_t user, size_t locked);

/* A field of /proc/PID/status in KiB, such as "VmPin"; PID 0: this process. Returns -ENOENT. */
long process_kib(pid_t pid, const char *field);

/*
 * Returns how many pages the kernel has pinned for DMA and not unpinned yet, in the whole guest;
 * -ENOENT if it does not tell.
 */
long pages_pinned(void);

#endif
