/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's events about added and removed devices: NETLINK_KOBJECT_UEVENT. */
#ifndef SCENARIOS_LIB_PCI_UEVENT_H
#define SCENARIOS_LIB_PCI_UEVENT_H

#include <stdbool.h>

/* Open a socket that receives all events from now on. Returns an fd or -errno. */
int uevent_open(void);

/*
 * Wait for an event, at most MS milliseconds, and drop all events received. Returns true if there
 * was one.
 */
bool uevent_wait(int fd, int ms);

/*
 * Wait until a PCI device is present at ADDRESS or, if not PRESENT, is removed. Open the socket
 * before the action that causes it. Returns NULL, or a message after MS milliseconds.
 */
const char *uevent_await_pci(int fd, const char *address, bool present, unsigned int ms);

#endif
