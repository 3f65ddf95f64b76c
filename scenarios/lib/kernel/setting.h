/* SPDX-License-Identifier: GPL-2.0-only */
/* A file of /proc/sys or /sys that holds one value, changed for a while. */
#ifndef SCENARIOS_LIB_KERNEL_SETTING_H
#define SCENARIOS_LIB_KERNEL_SETTING_H

#include <stdint.h>

/*
 * For a variable marked cleanup_setting: the value that it had is written back at the end of the
 * scope.
 */
struct kept_setting {
	char *path; /* NULL: nothing was changed */
	char *value;
};

/* Write VALUE, in decimal, to the file at PATH, and keep what it had. 0 or -errno. */
int setting_change(const char *path, uint64_t value, struct kept_setting *kept);
void setting_restore(struct kept_setting *kept);

#define cleanup_setting __attribute__((cleanup(setting_restore)))

#endif
