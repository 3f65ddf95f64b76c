// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/channel.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The largest message; a greater length is a protocol error. */
#define MESSAGE_MAX (16u << 20)

int channel_send(struct channel *channel, const char *word, const void *data, size_t len)
{
	cleanup_buf struct buf message = BUF_INIT;

	buf_printf(&message, "%s %zu\n", word, len);
	buf_add(&message, data, len);
	return write_all(channel->fd, message.data, message.len);
}

static char *copy_of(const char *from, size_t len)
{
	struct buf copy = BUF_INIT;

	buf_add(&copy, from, len);
	return buf_steal(&copy);
}

int channel_take(struct channel *channel, char word[16], char **data, size_t *len)
{
	struct buf *in = &channel->in;
	char *newline = in->len ? memchr(in->data, '\n', in->len) : NULL;
	int header = 0;

	if (!newline)
		return in->len > 64 ? -EPROTO : 0;
	if (sscanf(in->data, "%15s %zu%n", word, len, &header) != 2 || in->data + header != newline)
		return -EPROTO;
	if (*len > MESSAGE_MAX)
		return -EPROTO;
	header++;
	if (in->len - (size_t)header < *len)
		return 0;
	*data = copy_of(in->data + header, *len);
	buf_consume(in, (size_t)header + *len);
	return 1;
}

int channel_read(struct channel *channel)
{
	char chunk[4096];
	ssize_t got;

	do {
		got = read(channel->fd, chunk, sizeof(chunk));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	buf_add(&channel->in, chunk, (size_t)got);
	return (int)got;
}

static int answer_of(struct channel *channel, char word[16], char **answer, size_t *len)
{
	int got;

	while (!(got = channel_take(channel, word, answer, len))) {
		got = channel_read(channel);
		if (got <= 0)
			return got ? got : -EPIPE;
	}
	return got < 0 ? got : 0;
}

int channel_request_data(struct channel *channel, const char *verb, const void *payload,
			 size_t size, char **answer, size_t *len)
{
	char word[16];
	int err = channel_send(channel, verb, payload, size);

	*answer = NULL;
	if (!err)
		err = answer_of(channel, word, answer, len);
	if (err)
		return err;
	return strcmp(word, "ok") ? -EREMOTEIO : 0;
}

int channel_request(struct channel *channel, const char *verb, const char *payload, char **answer,
		    size_t *len)
{
	return channel_request_data(channel, verb, payload, strlen(payload), answer, len);
}
