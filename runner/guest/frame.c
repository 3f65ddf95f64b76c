// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/frame.h"

#include "lab/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A header: a word of at most 15 letters, a blank, at most 7 digits, a newline. */
#define HEADER_MAX 24

static int parse_header(const char *header, struct frame *frame, size_t *len)
{
	int end = -1;

	if (sscanf(header, "%15[a-z] %7zu%n", frame->word, len, &end) != 2 || end < 0 ||
	    header[end])
		return -EPROTO;
	return *len <= FRAME_MAX ? 0 : -EPROTO;
}

int frame_take(struct buf *input, struct frame *frame)
{
	char header[HEADER_MAX + 1] = "";
	size_t head, len;
	char *newline;

	if (!input->len)
		return 0;
	newline = memchr(input->data, '\n', input->len < HEADER_MAX ? input->len : HEADER_MAX);
	if (!newline)
		return input->len < HEADER_MAX ? 0 : -EPROTO;
	head = (size_t)(newline - input->data);
	memcpy(header, input->data, head);
	if (parse_header(header, frame, &len))
		return -EPROTO;
	if (input->len < head + 1 + len)
		return 0;
	frame->payload = (struct buf)BUF_INIT;
	buf_add(&frame->payload, newline + 1, len);
	buf_consume(input, head + 1 + len);
	return 1;
}

int frame_send(int fd, const char *word, const void *payload, size_t len)
{
	cleanup_buf struct buf out = BUF_INIT;

	buf_printf(&out, "%s %zu\n", word, len);
	buf_add(&out, payload, len);
	return write_all(fd, out.data, out.len);
}
