/* SPDX-License-Identifier: GPL-2.0-only */
/* What a kernel requires of its guests: a kernel of flavour debug is slow and large. */
#ifndef RUNNER_PLAN_WANTS_H
#define RUNNER_PLAN_WANTS_H

#include "lab/base/buf.h"

struct wants {
	unsigned int scale;  /* factor on every deadline */
	unsigned int memory; /* minimum in MiB; 0: no minimum */
	char *cmdline;	     /* additional kernel parameters; NULL: none */
};

/*
 * Read PATH, O/kernels/NAME.guest, which kernel/build writes for a flavour with requirements: lines
 * "scale = 4", "memory = 1024" and "cmdline = a=b c". A missing file means no requirements. Returns
 * 0, or -EINVAL with a message in WHY.
 */
int wants_read(const char *path, struct wants *wants, struct buf *why);

void wants_free(struct wants *wants);
#define cleanup_wants __attribute__((cleanup(wants_free)))

#endif
