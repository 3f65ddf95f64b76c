/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this folder share. Nobody else includes it. */
#ifndef LAB_VFIO_USER_INTERNAL_H
#define LAB_VFIO_USER_INTERNAL_H

#include "lab/vfio-user/dma.h"
#include "lab/vfio-user/irq.h"
#include "lab/vfio-user/message.h"
#include "lab/vfio-user/vfio-user.h"

/*
 * Requests that came while an answer to a DMA message was waited for. Their
 * bytes lie one after another in an arena, which is empty again once all were
 * served.
 */
#define QUEUE_MESSAGES 64
struct queue {
	struct message messages[QUEUE_MESSAGES];
	unsigned int count, next; /* messages there are; the first not yet served */
	unsigned char *arena;
	size_t size, used;
};

/* What goes to the client: one message at a time, of which some may have been sent. */
struct outbox {
	unsigned char *data; /* ROOM bytes, header first */
	size_t room;
	size_t len, sent; /* LEN is 0 while nothing is to be sent */
	int fd;		  /* a region's, to go with the first byte; -1 = none; not owned */
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
	char path[108];		   /* of the listening socket where the library made it, else "" */
	struct watch watches[VFU_WATCHES];

	bool once;	 /* a connected socket was attached: over when its client leaves */
	bool over;	 /* and it has left */
	bool agreed;	 /* on a version */
	bool hang_up;	 /* the connection is to be closed */
	bool held;	 /* INBOX has a whole message for which the queue had no room */
	uint32_t events; /* what epoll looks for on the connection */

	uint32_t client_transfer; /* what the client takes in one message of DMA */
	uint32_t client_fds;
	uint16_t next_id;

	struct message inbox, current;
	struct queue queue;
	struct outbox out;
};

/* A request being served: MESSAGE's payload, which is at least what its command must have. */
struct request {
	struct message *message;
	const unsigned char *payload;
	size_t len;
};

/* Its answer: LEN bytes of payload at DATA, and a descriptor or -1. */
struct reply {
	unsigned char *data;
	size_t room;
	size_t len;
	int fd;
};

/* Serve one kind of request. 0, or the -errno of the reply. */
typedef int command_handler(struct vfu *vfu, const struct request *request, struct reply *reply);

command_handler serve_version;
command_handler serve_dma_map, serve_dma_unmap;
command_handler serve_device_info, serve_region_info, serve_irq_info;
command_handler serve_set_irqs;
command_handler serve_region_read, serve_region_write, serve_write_multi;
command_handler serve_reset;

/* Remove all DMA maps, and tell the device of each. */
void drop_dma_maps(struct vfu *vfu);

/* How many regions the client is told of. */
unsigned int region_count(const struct vfu *vfu);

/* Whether REGION can be mapped by a client that takes descriptors. */
bool region_mappable(const struct vfu *vfu, const struct vfu_region *region);

/* Serve the message M: look it up, check its size, call its handler, answer. */
void dispatch(struct vfu *vfu, struct message *m);

/*
 * Send what is in the outbox, as far as there is room. The connection is marked for hanging up
 * where it fails.
 */
void outbox_flush(struct vfu *vfu);
bool outbox_pending(const struct vfu *vfu);

/*
 * Ask the client to read or write its memory, LEN bytes at IOVA, in messages
 * that both sides can take, and wait for the answers. As vfu_dma_read().
 */
int dma_ask(struct vfu *vfu, bool write, uint64_t iova, void *data, size_t len);

/*
 * Put the message that is whole in the inbox into the queue. False: there is no room, and it is
 * still there.
 */
bool queue_inbox(struct vfu *vfu);
void queue_clear(struct queue *queue);

#endif
