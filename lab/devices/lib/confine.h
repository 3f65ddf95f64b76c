/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that parses what a guest may have sent keeps nothing that it does not need. */
#ifndef LAB_DEVICES_LIB_CONFINE_H
#define LAB_DEVICES_LIB_CONFINE_H

/*
 * Give up for good: capabilities, and with uid 0 the uid too where the user namespace has another;
 * new privileges; processes, files and core dumps (rlimits); all system calls but those that serve
 * sockets, timers and memory that are open already (seccomp). Opening files and making sockets fail
 * with EPERM then, anything stranger kills the process. 0 or -errno, after which the process must
 * not go on.
 */
int confine(void);

#endif
