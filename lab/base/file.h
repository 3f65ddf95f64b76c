/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole files at a time. */
#ifndef LAB_BASE_FILE_H
#define LAB_BASE_FILE_H

#include <stddef.h>

/*
 * Read all of PATH into *DATA, which the caller frees and which is
 * NUL-terminated; its length goes to *LEN where LEN is not NULL.
 * 0, or the -errno of open or read.
 */
int file_read(const char *path, char **data, size_t *len);

/*
 * Write DATA to PATH by way of a file beside it and a rename: a reader sees
 * the old content or the new, and a full disk leaves the old. 0 or -errno.
 */
int file_write(const char *path, const void *data, size_t len);

/* Make the folder PATH and those above it. 0, also where it is there already, or -errno. */
int make_folders(const char *path);

/* Write all LEN bytes to FD, which may be a pipe or a socket; blocks until done. 0 or -errno. */
int write_all(int fd, const void *data, size_t len);

#endif
