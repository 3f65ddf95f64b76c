/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transport: whole messages with their file descriptors, out of a stream that delivers any part
 * at a time.
 */
#ifndef LAB_VFIO_USER_MESSAGE_H
#define LAB_VFIO_USER_MESSAGE_H

#include "lab/vfio-user/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#define MESSAGE_FDS 16 /* at most in one message, either way; QEMU's limit too */

/* A message that is coming in, or is there. */
struct message {
	unsigned char *data; /* header first; ROOM bytes */
	size_t room;
	size_t got;    /* bytes received so far, those that were skipped included */
	bool too_long; /* longer than ROOM: no more than its header is kept */
	/* Some descriptors could not be received: too many, or this process has too many. */
	bool fds_lost;
	unsigned int fd_count;
	int fds[MESSAGE_FDS]; /* whoever keeps one puts -1 in its place */
};

/*
 * Receive what is there for M, never beyond its end. Does not block.
 * 1: the message is whole. 0: more is to come. -EPIPE: the peer has gone.
 * -EPROTO: a size that cannot be: the stream is lost. Or recvmsg's -errno.
 */
int message_receive(int sock, struct message *m);

/* A copy of M's header; M has at least that. */
struct wire_header message_header(const struct message *m);

/* The bytes behind the header; 0 for one that is too long. */
size_t message_payload(const struct message *m);

/* Close what descriptors M still has, and make it ready for the next message. */
void message_clear(struct message *m);

/*
 * Send what IOV holds, with the descriptor FD unless that is -1. Does not
 * block. The number of bytes sent, 0 where there is no room now, or -errno.
 */
ssize_t message_send(int sock, const struct iovec *iov, unsigned int count, int fd);

#endif
