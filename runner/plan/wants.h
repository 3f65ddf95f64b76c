/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel wants of its guests: one of the flavour debug is slow, and large. */
#ifndef RUNNER_PLAN_WANTS_H
#define RUNNER_PLAN_WANTS_H

#include "lab/base/buf.h"

struct wants {
	unsigned int scale;  /* factor on every deadline */
	unsigned int memory; /* MiB at least; 0: what the machine has */
	char *cmdline;	     /* what its command line has besides; NULL: nothing */
};

/*
 * Read PATH (O/kernels/NAME.guest, which kernel/build leaves there for a flavour that has something
 * to say): lines "scale = 4", "memory = 1024" and "cmdline = a=b c". A file that is not there wants
 * nothing. 0, or -EINVAL and one line in WHY.
 */
int wants_read(const char *path, struct wants *wants, struct buf *why);

void wants_free(struct wants *wants);
#define cleanup_wants __attribute__((cleanup(wants_free)))

#endif
