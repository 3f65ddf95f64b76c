/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that a guest sends to the host before it ends, stored in a folder of that guest
 * (docs/protocol.md).
 */
#ifndef RUNNER_GUEST_KEEP_H
#define RUNNER_GUEST_KEEP_H

#include "lab/base/buf.h"

/* Maximum total size of the files of one guest, in bytes. */
#define KEEP_MAX (64u << 20)

struct keeper {
	const char *folder; /* created with the first file; NULL: no file is accepted */
	size_t used;	    /* total size of the files so far, in bytes */
};

/*
 * Store PAYLOAD, a file name, a NUL and the content, in KEEPER's folder. Blocks. Returns 0, or
 * -errno with a message in REPLY: -EINVAL if the name is missing or could escape the folder, -EFBIG
 * if the files exceed KEEP_MAX, -ENOENT if KEEPER accepts no files, or the error of the write.
 */
int keep_file(struct keeper *keeper, const struct buf *payload, struct buf *reply);

#endif
