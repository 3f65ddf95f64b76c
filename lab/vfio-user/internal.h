/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of this folder; private to them. */
#ifndef LAB_VFIO_USER_INTERNAL_H
#define LAB_VFIO_USER_INTERNAL_H

#include "lab/vfio-user/dma.h"
#include "lab/vfio-user/irq.h"
#include "lab/vfio-user/message.h"
#include "lab/vfio-user/vfio-user.h"

/*
 * Requests that arrived while the server waited for the answer to a DMA message. Their bytes are
 * stored one after another in an arena, which is emptied when all have been served.
 */
#define QUEUE_MESSAGES 64
struct queue {
	struct message messages[QUEUE_MESSAGES];
	unsigned int count, next; /* number of messages; index of the first one not yet served */
	unsigned char *arena;
	size_t size, used;
};

/* The message to the client, one at a time. It may have been sent in part. */
struct outbox {
	unsigned char *data; /* ROOM bytes, header first */
	size_t room;
	size_t len, sent; /* LEN is 0 if there is nothing to send */
	int fd;		  /* a region's, sent with the first byte; -1: none; not owned */
};

struct watch {
	int fd; /* -1 = free */
	void (*ready)(void *arg);
	void *arg;
};

struct vfu {
	const struct vfu_ops *ops;
	void *device;
	const struct vfu_hooks *hooks; /* never NULL */
	void *hook;
	struct vfu_limits limits;

	struct vfu_region regions[VFU_REGIONS];
	struct irqs irqs[VFU_IRQ_INDEXES];
	struct dma_table dma;

	int epoll, stop;
	int listening, connection; /* -1 = none */
	char path[108];		   /* of the listening socket if the library made it, else "" */
	struct watch watches[VFU_WATCHES];

	bool once;	 /* a connected socket was attached: stop when its client leaves */
	bool over;	 /* that client has left */
	bool agreed;	 /* on a protocol version */
	bool hang_up;	 /* close the connection */
	bool held;	 /* INBOX has a complete message that did not fit into the queue */
	uint32_t events; /* epoll events requested for the connection */

	uint32_t client_transfer; /* the client's maximum of bytes in a DMA message */
	uint32_t client_fds;
	uint16_t next_id;

	struct message inbox, current;
	struct queue queue;
	struct outbox out;
};

/* A request being served. PAYLOAD has at least the minimum length of its command. */
struct request {
	struct message *message;
	const unsigned char *payload;
	size_t len;
};

/* The answer: LEN bytes of payload at DATA, and a file descriptor or -1. */
struct reply {
	unsigned char *data;
	size_t room;
	size_t len;
	int fd;
};

/* Serves one kind of request. Returns 0, or the -errno to reply with. */
typedef int command_handler(struct vfu *vfu, const struct request *request, struct reply *reply);

command_handler serve_version;
command_handler serve_dma_map, serve_dma_unmap;
command_handler serve_device_info, serve_region_info, serve_irq_info;
command_handler serve_set_irqs;
command_handler serve_region_read, serve_region_write, serve_write_multi;
command_handler serve_reset;

/* Removes all DMA maps and notifies the device of each. */
void drop_dma_maps(struct vfu *vfu);

/* Returns the number of regions reported to the client. */
unsigned int region_count(const struct vfu *vfu);

/* Returns true if a client that accepts file descriptors can map REGION. */
bool region_mappable(const struct vfu *vfu, const struct vfu_region *region);

/* Serves message M: checks its command and size, calls the handler, and answers. */
void dispatch(struct vfu *vfu, struct message *m);

/*
 * Sends as much of the outbox as the socket accepts, without blocking. On an error, marks the
 * connection to be closed.
 */
void outbox_flush(struct vfu *vfu);
bool outbox_pending(const struct vfu *vfu);

/*
 * Asks the client to read or write LEN bytes of its memory at IOVA, in messages of a size that both
 * sides accept. Blocks until the answers have arrived, or a timeout. Errors as for vfu_dma_read().
 */
int dma_ask(struct vfu *vfu, bool write, uint64_t iova, void *data, size_t len);

/*
 * Moves the complete message in the inbox to the queue. Returns false, and leaves it in the inbox,
 * if the queue has no room.
 */
bool queue_inbox(struct vfu *vfu);
void queue_clear(struct queue *queue);

#endif
