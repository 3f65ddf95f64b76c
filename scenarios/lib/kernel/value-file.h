/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of sysfs, proc and debugfs that take a value: the kernel takes one write whole or refuses
 * it, so a write that is cut short is an error and is not continued.
 */
#ifndef SCENARIOS_LIB_KERNEL_VALUE_FILE_H
#define SCENARIOS_LIB_KERNEL_VALUE_FILE_H

/*
 * Write VALUE to the file PATH, which must exist. Returns 0, or -errno; -EIO for a short write.
 * Blocks for as long as what it asks of the kernel takes.
 */
int value_write(const char *path, const char *value);

/* The same to FD, a file that is kept open because it is written often, or must not be opened. */
int value_write_again(int fd, const char *value);

#endif
