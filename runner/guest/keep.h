/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest sends to be kept beyond its end: files, below a folder that is that guest's own
 * (docs/protocol.md).
 */
#ifndef RUNNER_GUEST_KEEP_H
#define RUNNER_GUEST_KEEP_H

#include "lab/base/buf.h"

/* All that one guest may leave behind. */
#define KEEP_MAX (64u << 20)

struct keeper {
	const char *folder; /* made when the first file comes; NULL: nothing is kept */
	size_t used;	    /* bytes of the files so far */
};

/*
 * Keep PAYLOAD, a file's name, a NUL and its content, in KEEPER's folder. 0; or -errno and one line
 * in SAID: -EINVAL no name, or one that might lead elsewhere, -EFBIG more than KEEP_MAX in all,
 * -ENOENT nothing is kept here, or what writing failed with.
 */
int keep_file(struct keeper *keeper, const struct buf *payload, struct buf *said);

#endif
