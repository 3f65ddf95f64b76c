/* SPDX-License-Identifier: GPL-2.0-only */
/* The request channel: messages of a word and a payload, in both directions (docs/protocol.md). */
#ifndef SCENARIOS_LIB_CHANNEL_H
#define SCENARIOS_LIB_CHANNEL_H

#include "lab/base/buf.h"

#include <stddef.h>

struct channel {
	int fd;
	struct buf in; /* read, but not processed yet */
};

/* Send WORD with LEN bytes of DATA. Blocks until the host has read it. Returns 0 or -errno. */
int channel_send(struct channel *channel, const char *word, const void *data, size_t len);

/*
 * Take the next message that has been read. Returns 1 with its word and its payload, which is
 * NUL-terminated and which the caller frees; 0 if no message is complete yet; -EPROTO if the data
 * are malformed.
 */
int channel_take(struct channel *channel, char word[16], char **data, size_t *len);

/*
 * Read once what the host sent; blocks until there is data. Returns the number of bytes, 0 at the
 * end, or -errno.
 */
int channel_read(struct channel *channel);

/*
 * Send a request and wait for its answer. Returns 0 with the answer's payload, which the caller
 * frees, and its length; -EREMOTEIO with the host's error message in *ANSWER if the host refused;
 * or another -errno with *ANSWER NULL if the channel failed.
 */
int channel_request(struct channel *channel, const char *verb, const char *payload, char **answer,
		    size_t *len);

/* The same for a binary payload of SIZE bytes. */
int channel_request_data(struct channel *channel, const char *verb, const void *payload,
			 size_t size, char **answer, size_t *len);

#endif
