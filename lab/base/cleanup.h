/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clean-up by scope: a variable with one of these attributes releases its resource when it goes out
 * of scope.
 */
#ifndef LAB_BASE_CLEANUP_H
#define LAB_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free_p(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close_p(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_file_p(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void cleanup_dir_p(DIR **d)
{
	if (*d)
		closedir(*d);
}

#define cleanup_free  __attribute__((cleanup(cleanup_free_p)))
#define cleanup_close __attribute__((cleanup(cleanup_close_p)))
#define cleanup_file  __attribute__((cleanup(cleanup_file_p)))
#define cleanup_dir   __attribute__((cleanup(cleanup_dir_p)))

/*
 * Returns the value of a pointer variable and sets the variable to NULL. The caller owns the
 * memory.
 */
#define steal(p)                                                                                   \
	({                                                                                         \
		__auto_type steal_value = (p);                                                     \
		(p) = NULL;                                                                        \
		steal_value;                                                                       \
	})

/* Returns *FD and sets *FD to -1. The caller owns the file descriptor. */
static inline int steal_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
