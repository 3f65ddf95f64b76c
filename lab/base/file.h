/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading and writing whole files. All functions block on I/O. */
#ifndef LAB_BASE_FILE_H
#define LAB_BASE_FILE_H

#include <stddef.h>

/*
 * Reads all of PATH into *DATA, adds a NUL, and stores the length in bytes in *LEN unless LEN is
 * NULL. The caller frees *DATA. Returns 0, or -errno of open or read.
 */
int file_read(const char *path, char **data, size_t *len);

/*
 * Writes LEN bytes of DATA to a temporary file in PATH's folder and renames it to PATH. A reader
 * sees either the old or the new content, and a full disk keeps the old. Returns 0 or -errno.
 */
int file_write(const char *path, const void *data, size_t len);

/*
 * Creates the folder PATH and its missing parents. Returns 0, also if PATH exists already, or
 * -errno.
 */
int make_folders(const char *path);

/* Removes PATH and, if it is a folder, all that is below it. Follows no links, ignores errors. */
void remove_tree(const char *path);

/*
 * Writes all LEN bytes of DATA to FD, which may be a non-blocking pipe or socket. Blocks until
 * done. Returns 0 or -errno.
 */
int write_all(int fd, const void *data, size_t len);

#endif
