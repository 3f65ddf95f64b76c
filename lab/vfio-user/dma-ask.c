// SPDX-License-Identifier: GPL-2.0-only
/*
 * "VFIO_USER_DMA_READ", "VFIO_USER_DMA_WRITE": access memory that the client has not shared, by
 * asking the client. The client may be sending its own requests meanwhile. They are received and
 * queued; if they stayed in the socket, both sides could wait for each other.
 */
#include "lab/vfio-user/internal.h"

#include "lab/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* Waits for one of EVENTS on the connection. Returns 0, -ETIMEDOUT or -errno. */
static int wait_for(struct vfu *vfu, short events, int64_t deadline)
{
	struct pollfd p = {.fd = vfu->connection, .events = events};
	int64_t left = deadline - now_ms();
	int n = poll(&p, 1, left > 0 ? (int)left : 0);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n ? 0 : -ETIMEDOUT;
}

static bool is_answer(const struct message *m, const struct wire_header *question)
{
	struct wire_header header = message_header(m);

	return (header.flags & WIRE_TYPE) == WIRE_TYPE_REPLY && header.id == question->id &&
	       header.command == question->command;
}

static bool is_reply(const struct message *m)
{
	return (message_header(m).flags & WIRE_TYPE) == WIRE_TYPE_REPLY;
}

/*
 * Receives one message if one is available, and queues it unless it is an answer. Returns 1 if the
 * inbox has the answer to QUESTION (the caller clears the inbox), 0 if not, or -EBUSY if the queue
 * is full. Late answers to questions that have timed out are dropped.
 */
static int take_in(struct vfu *vfu, const struct wire_header *question)
{
	int r;

	if (vfu->held)
		return -EBUSY;
	r = message_receive(vfu->connection, &vfu->inbox);
	if (r <= 0) {
		vfu->hang_up = vfu->hang_up || r < 0;
		return r ? -ENOTCONN : 0;
	}
	if (question && is_answer(&vfu->inbox, question))
		return 1;
	if (is_reply(&vfu->inbox)) {
		message_clear(&vfu->inbox);
		return 0;
	}
	vfu->held = !queue_inbox(vfu);
	return 0;
}

/* Waits until the socket can be written to, and receives messages meanwhile. */
static int wait_for_room(struct vfu *vfu, int64_t deadline)
{
	int r = wait_for(vfu, vfu->held ? POLLOUT : POLLIN | POLLOUT, deadline);

	if (r || vfu->held)
		return r;
	r = take_in(vfu, NULL);
	return r < 0 ? r : 0;
}

/* Sends the rest of an answer to an earlier request, if any. */
static int finish_outbox(struct vfu *vfu, int64_t deadline)
{
	int r = 0;

	while (!r && outbox_pending(vfu)) {
		outbox_flush(vfu);
		if (vfu->hang_up)
			return -ENOTCONN;
		if (outbox_pending(vfu))
			r = wait_for_room(vfu, deadline);
	}
	return r;
}

/*
 * If only a part of the message can be sent, the stream is unusable and the connection is closed.
 */
static int send_whole(struct vfu *vfu, struct iovec *iov, unsigned int count, int64_t deadline)
{
	bool begun = false;
	int r = 0;

	while (count) {
		ssize_t n = message_send(vfu->connection, iov, count, -1);

		if (n < 0)
			r = (int)n;
		else if (!n)
			r = wait_for_room(vfu, deadline);
		if (r) {
			vfu->hang_up = vfu->hang_up || begun || n < 0;
			return n < 0 ? -ENOTCONN : r;
		}
		begun = begun || n > 0;
		for (; count && (size_t)n >= iov->iov_len; iov++, count--)
			n -= (ssize_t)iov->iov_len;
		if (count) {
			iov->iov_base = (unsigned char *)iov->iov_base + n;
			iov->iov_len -= (size_t)n;
		}
	}
	return 0;
}

static int wait_for_answer(struct vfu *vfu, const struct wire_header *question, int64_t deadline)
{
	for (;;) {
		int r = take_in(vfu, question);

		if (r)
			return r < 0 ? r : 0;
		if (!vfu->held)
			r = wait_for(vfu, POLLIN, deadline);
		if (r)
			return r;
	}
}

/* Returns the result in the answer M, and stores the bytes that were read in DATA. */
static int read_answer(const struct message *m, const struct wire_dma_access *access, bool write,
		       void *data)
{
	struct wire_header header = message_header(m);
	struct wire_dma_access answer = {0};
	size_t len = message_payload(m);

	if (header.flags & WIRE_ERROR)
		return header.error && header.error < 4096 ? -(int)header.error : -EIO;
	/*
	 * The specification is inconsistent about the size of the count (4 or 8 bytes), but both
	 * layouts begin with the address.
	 */
	if (write)
		return len >= sizeof(answer.address) ? 0 : -EPROTO;
	if (len != sizeof(answer) + access->count)
		return -EPROTO;
	memcpy(&answer, m->data + sizeof(header), sizeof(answer));
	if (answer.count != access->count)
		return -EPROTO;
	memcpy(data, m->data + sizeof(header) + sizeof(answer), access->count);
	return 0;
}

static int ask_once(struct vfu *vfu, bool write, uint64_t iova, void *data, size_t len,
		    int64_t deadline)
{
	struct wire_dma_access access = {.address = iova, .count = len};
	struct wire_header header = {
		.id = vfu->next_id++,
		.command = write ? WIRE_DMA_WRITE : WIRE_DMA_READ,
		.size = (uint32_t)(sizeof(header) + sizeof(access) + (write ? len : 0)),
	};
	struct iovec iov[] = {
		{&header, sizeof(header)},
		{&access, sizeof(access)},
		{data, len},
	};
	int r;

	r = finish_outbox(vfu, deadline);
	if (!r)
		r = send_whole(vfu, iov, write ? 3 : 2, deadline);
	if (!r)
		r = wait_for_answer(vfu, &header, deadline);
	if (r)
		return r;
	r = read_answer(&vfu->inbox, &access, write, data);
	message_clear(&vfu->inbox);
	return r;
}

int dma_ask(struct vfu *vfu, bool write, uint64_t iova, void *data, size_t len)
{
	int64_t deadline = now_ms() + vfu->limits.dma_timeout_ms;
	size_t most = vfu->client_transfer < vfu->limits.max_transfer ? vfu->client_transfer
								      : vfu->limits.max_transfer;
	unsigned char *at = data;

	if (!most)
		return -EFAULT;
	while (len) {
		size_t some = len < most ? len : most;
		int r = vfu->hang_up ? -ENOTCONN : ask_once(vfu, write, iova, at, some, deadline);

		if (r)
			return r;
		iova += some;
		at += some;
		len -= some;
	}
	return 0;
}
