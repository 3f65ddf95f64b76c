/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transport: assembles complete messages, with their file descriptors, from a stream that
 * delivers them in arbitrary pieces.
 */
#ifndef LAB_VFIO_USER_MESSAGE_H
#define LAB_VFIO_USER_MESSAGE_H

#include "lab/vfio-user/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#define MESSAGE_FDS 16 /* maximum per message in both directions, as in QEMU */

/* A message that is being received or is complete. */
struct message {
	unsigned char *data; /* header first; ROOM bytes */
	size_t room;
	size_t got;    /* bytes received so far, skipped ones included */
	bool too_long; /* longer than ROOM: only its header is kept */
	/* Some descriptors were lost: the message or this process has too many. */
	bool fds_lost;
	unsigned int fd_count;
	int fds[MESSAGE_FDS]; /* an owner that keeps one stores -1 in its place */
};

/*
 * Receives available bytes of M, never beyond its end. Does not block. Returns 1 if the message is
 * complete, 0 if more is needed, -EPIPE if the peer has closed the connection, -EPROTO if the size
 * is invalid (the stream is then unusable), or -errno of recvmsg().
 */
int message_receive(int sock, struct message *m);

/* Returns a copy of M's header, which must be complete. */
struct wire_header message_header(const struct message *m);

/* Returns the length in bytes of the payload; 0 if the message is too long. */
size_t message_payload(const struct message *m);

/* Closes the remaining descriptors of M and prepares M for the next message. */
void message_clear(struct message *m);

/*
 * Sends the content of IOV, with the descriptor FD unless it is -1. Does not block. Returns the
 * number of bytes sent, 0 if the socket has no room, or -errno.
 */
ssize_t message_send(int sock, const struct iovec *iov, unsigned int count, int fd);

#endif
