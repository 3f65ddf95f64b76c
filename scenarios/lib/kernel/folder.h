/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in a folder of sysfs: attributes with their modes, links with their targets. */
#ifndef SCENARIOS_LIB_KERNEL_FOLDER_H
#define SCENARIOS_LIB_KERNEL_FOLDER_H

#include "lab/base/list.h"

#include <stdbool.h>

/* The names in the folder PATH, sorted, without . and .. ; none where there is no such folder. */
void folder_names(const char *path, struct list *names);

/*
 * What NAME in the folder PATH is: "0644", an attribute of mode 0644; "0600 4096", one of so many
 * bytes where that is not the page that sysfs gives to every text; "-> vfio-pci", a link, and the
 * last part of its target; "link" where that is a number or an address, which devices and groups
 * get in the order in which they come; "folder"; "0600 device", a node. The caller frees it.
 */
char *folder_entry(const char *path, const char *name);

/*
 * An attribute's text without its last newline; NULL where it cannot be read. The caller frees it.
 */
char *folder_read(const char *path, const char *name);

#endif
