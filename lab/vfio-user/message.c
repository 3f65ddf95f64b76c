// SPDX-License-Identifier: GPL-2.0-only
#include "lab/vfio-user/message.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct wire_header message_header(const struct message *m)
{
	struct wire_header header;

	memcpy(&header, m->data, sizeof(header));
	return header;
}

size_t message_payload(const struct message *m)
{
	return m->too_long ? 0 : message_header(m).size - sizeof(struct wire_header);
}

void message_clear(struct message *m)
{
	for (unsigned int i = 0; i < m->fd_count; i++)
		cleanup_close_p(&m->fds[i]);
	m->fd_count = 0;
	m->got = 0;
	m->too_long = false;
	m->fds_lost = false;
}

static void keep_fd(struct message *m, int fd)
{
	if (m->fd_count < MESSAGE_FDS) {
		m->fds[m->fd_count++] = fd;
		return;
	}
	close(fd);
	m->fds_lost = true;
}

static void keep_fds(struct message *m, struct msghdr *msg)
{
	if (msg->msg_flags & MSG_CTRUNC)
		m->fds_lost = true;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = CMSG_LEN(0); at + sizeof(int) <= c->cmsg_len; at += sizeof(int)) {
			int fd;

			memcpy(&fd, (unsigned char *)c + at, sizeof(fd));
			keep_fd(m, fd);
		}
	}
}

/*
 * Receives at most LEN bytes into TO with one recvmsg(). Returns the bytes received, 0 if none are
 * available, or -errno.
 */
static ssize_t receive_some(int sock, struct message *m, void *to, size_t len)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(MESSAGE_FDS * sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = to, .iov_len = len};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got;

	do
		got = recvmsg(sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
	keep_fds(m, &msg);
	return got ? got : -EPIPE;
}

/*
 * Stores in *TO where to receive the next bytes of M, and returns how many. Skipped bytes go to
 * SCRATCH.
 */
static size_t next_stretch(struct message *m, unsigned char *scratch, size_t scratch_size,
			   void **to)
{
	size_t head = sizeof(struct wire_header), left;

	*to = m->data + m->got;
	if (m->got < head)
		return head - m->got;
	left = message_header(m).size - m->got;
	if (!m->too_long)
		return left;
	*to = scratch;
	return left < scratch_size ? left : scratch_size;
}

/* Limits the work per call, so that skipping a very long message does not starve the caller. */
#define ROUNDS 256

int message_receive(int sock, struct message *m)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		unsigned char scratch[4096];
		void *to;
		size_t len = next_stretch(m, scratch, sizeof(scratch), &to);
		ssize_t got = receive_some(sock, m, to, len);

		if (got <= 0)
			return (int)got;
		m->got += (size_t)got;
		if (m->got < sizeof(struct wire_header))
			continue;
		if (message_header(m).size < sizeof(struct wire_header))
			return -EPROTO;
		m->too_long = message_header(m).size > m->room;
		if (m->got == message_header(m).size)
			return 1;
	}
	return 0;
}

ssize_t message_send(int sock, const struct iovec *iov, unsigned int count, int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.room = {0}};
	struct msghdr msg = {.msg_iov = (struct iovec *)iov, .msg_iovlen = count};
	ssize_t sent;

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.align = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(fd));
	}
	do
		sent = sendmsg(sock, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == EAGAIN ? 0 : -errno;
	return sent;
}
