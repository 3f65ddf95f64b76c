/* SPDX-License-Identifier: GPL-2.0-only */
/* The contents of a folder of sysfs: attributes with their modes, links with their targets. */
#ifndef SCENARIOS_LIB_KERNEL_FOLDER_H
#define SCENARIOS_LIB_KERNEL_FOLDER_H

#include "lab/base/list.h"

#include <stdbool.h>

/* Get the sorted names in the folder PATH, without . and .. ; none if there is no such folder. */
void folder_names(const char *path, struct list *names);

/*
 * Returns the last component of the target of the link NAME in the folder PATH, or NULL if there is
 * none. The caller frees it.
 */
char *folder_link(const char *path, const char *name);

/*
 * Returns the kind of NAME in the folder PATH: "0644" for an attribute of mode 0644; "0600 4096"
 * for one whose size in bytes is not the page that sysfs uses for every text; "-> vfio-pci" for a
 * link with the last component of its target; "link" if that is a number or an address, which
 * depends on the order of devices and groups; "folder"; "0600 device" for a node. The caller frees
 * it.
 */
char *folder_entry(const char *path, const char *name);

/*
 * Returns an attribute's text without its last newline, or NULL if it cannot be read. The caller
 * frees it.
 */
char *folder_read(const char *path, const char *name);

#endif
