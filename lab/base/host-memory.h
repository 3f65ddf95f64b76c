/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory of this machine. */
#ifndef LAB_BASE_HOST_MEMORY_H
#define LAB_BASE_HOST_MEMORY_H

/*
 * Returns how many MiB new processes can use without others being swapped out: MemAvailable of
 * proc_meminfo(5). 0 if the kernel does not say. Blocks on I/O.
 */
unsigned long host_memory_available(void);

#endif
