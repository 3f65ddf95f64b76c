/* SPDX-License-Identifier: GPL-2.0-only */
/* The request channel: messages of a word and a payload, in both directions (docs/protocol.md). */
#ifndef SCENARIOS_LIB_CHANNEL_H
#define SCENARIOS_LIB_CHANNEL_H

#include "lab/base/buf.h"

#include <stddef.h>

struct channel {
	int fd;
	struct buf in; /* what was read and not yet taken */
};

/* Send WORD with LEN bytes of DATA. Blocks until the host takes it. 0 or -errno. */
int channel_send(struct channel *channel, const char *word, const void *data, size_t len);

/*
 * Take the next message that is there already: 1, with its word and its
 * payload, which is NUL-terminated and which the caller frees; 0 where none is
 * complete yet; -EPROTO where what was read is no message.
 */
int channel_take(struct channel *channel, char word[16], char **data, size_t *len);

/*
 * Read what the host sent, once; blocks until there is something. Bytes, 0 at the end, or -errno.
 */
int channel_read(struct channel *channel);

/*
 * Send a request and wait for its answer. 0 and the answer's payload, which the
 * caller frees, and its length; -EREMOTEIO where the host answered with an
 * error, which *ANSWER then is; another -errno, and *ANSWER NULL, where the
 * channel failed.
 */
int channel_request(struct channel *channel, const char *verb, const char *payload, char **answer,
		    size_t *len);

/* The same with a payload of SIZE bytes, which may be any. */
int channel_request_data(struct channel *channel, const char *verb, const void *payload,
			 size_t size, char **answer, size_t *len);

#endif
