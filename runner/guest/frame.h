/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of the request port: "WORD LEN\n" and LEN bytes (docs/protocol.md). */
#ifndef RUNNER_GUEST_FRAME_H
#define RUNNER_GUEST_FRAME_H

#include "lab/base/buf.h"

/* Maximum size of a message in bytes: many times the size of a machine's plan. */
#define FRAME_MAX (4u << 20)

struct frame {
	char word[16];
	struct buf payload; /* NUL-terminated beyond its length */
};

/*
 * Move the first complete message from INPUT to FRAME, whose payload the caller frees. Returns 1,
 * 0 if more bytes are needed, or -EPROTO if INPUT is malformed.
 */
int frame_take(struct buf *input, struct frame *frame);

/*
 * Send a message of WORD and LEN bytes of PAYLOAD to FD. Blocks until it is written. 0 or -errno.
 */
int frame_send(int fd, const char *word, const void *payload, size_t len);

#endif
