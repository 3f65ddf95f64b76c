/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vfio-user client for tests: it says anything, right or wrong. Client and
 * server share a thread: a request is sent, the server is stepped until it has
 * nothing left to do, and the answer is read.
 */
#ifndef TESTS_VFIO_USER_CLIENT_H
#define TESTS_VFIO_USER_CLIENT_H

#include "lab/vfio-user/vfio-user.h"
#include "lab/vfio-user/wire.h"

#include <sys/types.h>

#define CLIENT_FDS 32

struct client {
	int sock; /* -1 = none */
	struct vfu *vfu;
	uint16_t next_id;
};

struct answer {
	struct wire_header header;
	unsigned char payload[1 << 17];
	size_t len; /* bytes of payload */
	int fd;	    /* the one that came with it, or -1; the caller closes it */
};

/* Send LEN bytes as they are, with COUNT descriptors. 0 or -errno. */
int client_raw(const struct client *c, const void *data, size_t len, const int *fds,
	       unsigned int count);

/*
 * Send one message with this payload and these flags; its id goes to *ID where ID is not NULL. 0 or
 * -errno.
 */
int client_send(struct client *c, unsigned int command, uint32_t flags, const void *payload,
		size_t len, const int *fds, unsigned int count, uint16_t *id);

/* Answer the server's question ID in advance, or in time. */
int client_answer(const struct client *c, unsigned int command, uint16_t id, uint32_t error,
		  const void *payload, size_t len);

/* Step the server until it has nothing to do; what the last vfu_step() returned. */
int client_pump(const struct client *c);

/* Read one message. 0. -EAGAIN: there is none. -EPIPE: the server has closed. */
int client_receive(const struct client *c, struct answer *answer);

/*
 * Send, pump, receive. The errno of an error reply (positive), 0 for a good one
 * that has the request's id and command, or a -errno: no answer came, or one that is none.
 */
int client_ask(struct client *c, unsigned int command, const void *payload, size_t len,
	       struct answer *answer);
int client_ask_fds(struct client *c, unsigned int command, const void *payload, size_t len,
		   const int *fds, unsigned int count, struct answer *answer);

/* Agree on version 0.1 with all capabilities that QEMU proposes. As client_ask(). */
int client_greet(struct client *c);

/* Short forms, as client_ask(). */
int client_read(struct client *c, uint32_t region, uint64_t offset, void *data, uint32_t count);
int client_write(struct client *c, uint32_t region, uint64_t offset, const void *data,
		 uint32_t count);
int client_map(struct client *c, uint64_t iova, uint64_t size, uint32_t flags, int fd,
	       uint64_t offset);
int client_unmap(struct client *c, uint64_t iova, uint64_t size);
int client_irqs(struct client *c, uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
		const int *fds, unsigned int fd_count);

/* How often an eventfd was signalled since it was last asked. */
uint64_t events(int fd);

/* How many descriptors this process has open. */
unsigned int open_fds(void);

#endif
