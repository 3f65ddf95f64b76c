/* SPDX-License-Identifier: GPL-2.0-only */
/* A file of /proc/sys or /sys with a single value, changed temporarily. */
#ifndef SCENARIOS_LIB_KERNEL_SETTING_H
#define SCENARIOS_LIB_KERNEL_SETTING_H

#include <stdint.h>

/* For a variable marked cleanup_setting: restores the old value at the end of the scope. */
struct kept_setting {
	char *path; /* NULL: nothing was changed */
	char *value;
};

/* Write VALUE, in decimal, to the file at PATH, and keep its old value. Returns 0 or -errno. */
int setting_change(const char *path, uint64_t value, struct kept_setting *kept);
void setting_restore(struct kept_setting *kept);

#define cleanup_setting __attribute__((cleanup(setting_restore)))

#endif
