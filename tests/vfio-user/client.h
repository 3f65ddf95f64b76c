/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vfio-user client for tests, which can send valid and invalid messages. Client and server share
 * a thread: a test sends a request, steps the server until it is idle, and reads the answer.
 */
#ifndef TESTS_VFIO_USER_CLIENT_H
#define TESTS_VFIO_USER_CLIENT_H

#include "lab/vfio-user/vfio-user.h"
#include "lab/vfio-user/wire.h"

#include <sys/types.h>

#define CLIENT_FDS 32

struct client {
	int sock; /* -1: none */
	struct vfu *vfu;
	uint16_t next_id;
};

struct answer {
	struct wire_header header;
	unsigned char payload[1 << 17];
	size_t len; /* bytes of payload */
	int fd;	    /* the descriptor received with it, or -1; the caller closes it */
};

/* Sends LEN bytes unchanged, with COUNT descriptors. Returns 0 or -errno. */
int client_raw(const struct client *c, const void *data, size_t len, const int *fds,
	       unsigned int count);

/*
 * Sends one message with this payload and these flags, and stores its id in *ID unless ID is NULL.
 * Returns 0 or -errno.
 */
int client_send(struct client *c, unsigned int command, uint32_t flags, const void *payload,
		size_t len, const int *fds, unsigned int count, uint16_t *id);

/* Answers the server's question ID, possibly before it is asked. */
int client_answer(const struct client *c, unsigned int command, uint16_t id, uint32_t error,
		  const void *payload, size_t len);

/* Steps the server until it is idle. Returns the result of the last vfu_step(). */
int client_pump(const struct client *c);

/*
 * Reads one message. Returns 0, -EAGAIN if there is none, or -EPIPE if the server has closed the
 * connection.
 */
int client_receive(const struct client *c, struct answer *answer);

/*
 * Sends a request, steps the server and reads the answer. Returns 0 for a valid answer with the
 * request's id and command, the positive errno of an error reply, or -errno if there is no answer
 * or it is malformed.
 */
int client_ask(struct client *c, unsigned int command, const void *payload, size_t len,
	       struct answer *answer);
int client_ask_fds(struct client *c, unsigned int command, const void *payload, size_t len,
		   const int *fds, unsigned int count, struct answer *answer);

/* Negotiates version 0.1 with all capabilities that QEMU proposes. Returns as client_ask(). */
int client_greet(struct client *c);

/* Short forms of client_ask(). */
int client_read(struct client *c, uint32_t region, uint64_t offset, void *data, uint32_t count);
int client_write(struct client *c, uint32_t region, uint64_t offset, const void *data,
		 uint32_t count);
int client_map(struct client *c, uint64_t iova, uint64_t size, uint32_t flags, int fd,
	       uint64_t offset);
int client_unmap(struct client *c, uint64_t iova, uint64_t size);
int client_irqs(struct client *c, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		const int *fds, unsigned int fd_count);

/* Returns how often an eventfd has been signalled since the last call. */
uint64_t events(int fd);

/* Returns the number of open descriptors of this process. */
unsigned int open_fds(void);

#endif
