/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's announcements that devices came or went: NETLINK_KOBJECT_UEVENT. */
#ifndef SCENARIOS_LIB_PCI_UEVENT_H
#define SCENARIOS_LIB_PCI_UEVENT_H

#include <stdbool.h>

/* A socket that hears what is announced from now on. An fd or -errno. */
int uevent_open(void);

/*
 * Wait for an announcement, at most MS milliseconds, and drop all that have come. Whether there was
 * one.
 */
bool uevent_wait(int fd, int ms);

/*
 * Wait, on a socket opened before whatever is to bring it about, until a PCI device is at ADDRESS
 * or, not PRESENT, is gone. NULL, or what is not so after MS milliseconds.
 */
const char *uevent_pci_is_not(int fd, const char *address, bool present, unsigned int ms);

#endif
