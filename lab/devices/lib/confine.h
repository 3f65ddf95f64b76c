/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drops all privileges that a process does not need to serve a device. The process parses data from
 * a guest, which may be hostile.
 */
#ifndef LAB_DEVICES_LIB_CONFINE_H
#define LAB_DEVICES_LIB_CONFINE_H

/*
 * Permanently gives up capabilities, new privileges, processes, files and core dumps (rlimits), and
 * all system calls except those on sockets, timers and memory that are already open (seccomp). Also
 * drops uid 0 if the user namespace has another uid. Afterwards, opening a file or making a socket
 * fails with EPERM, and other forbidden calls kill the process. Returns 0, or -errno; the process
 * must then exit. Does not block.
 */
int confine(void);

#endif
