/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of sysfs, proc and debugfs with a value: the kernel accepts or refuses a whole write, so a
 * short write is an error and is not continued.
 */
#ifndef SCENARIOS_LIB_KERNEL_VALUE_FILE_H
#define SCENARIOS_LIB_KERNEL_VALUE_FILE_H

/*
 * Write VALUE to the file PATH, which must exist. Returns 0, or -errno; -EIO for a short write.
 * Blocks as long as the kernel's action takes.
 */
int value_write(const char *path, const char *value);

/* The same for FD, a file kept open because it is written often or must not be reopened. */
int value_write_again(int fd, const char *value);

#endif
