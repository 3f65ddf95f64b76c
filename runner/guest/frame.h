/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of the request port: "WORD LEN\n" and LEN bytes (docs/protocol.md). */
#ifndef RUNNER_GUEST_FRAME_H
#define RUNNER_GUEST_FRAME_H

#include "lab/base/buf.h"

/* No message is larger: what the plan of a machine takes, many times over. */
#define FRAME_MAX (4u << 20)

struct frame {
	char word[16];
	struct buf payload; /* NUL-terminated beyond its length */
};

/*
 * Take the first whole message off INPUT into FRAME, whose payload the caller
 * frees. 1 taken, 0 more bytes are needed, -EPROTO what is there is no message.
 */
int frame_take(struct buf *input, struct frame *frame);

/* Send a message to FD; blocks until it is written. 0 or -errno. */
int frame_send(int fd, const char *word, const void *payload, size_t len);

#endif
