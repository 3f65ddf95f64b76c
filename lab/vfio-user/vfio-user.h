/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The server side of vfio-user. It serves a PCI device, implemented in C, to a client such as
 * QEMU's vfio-user-pci over a UNIX stream socket. Specification: QEMU, docs/interop/vfio-user.rst,
 * protocol version 0.1 (without migration and twin socket). Quoted section names in this folder
 * refer to that document.
 *
 * Life cycle: create, describe, attach, run, destroy.
 *
 *	vfu_create(&vfu, &ops, device, NULL);
 *	vfu_set_region(vfu, VFIO_PCI_CONFIG_REGION_INDEX, &(struct vfu_region){
 *		.size = 4096, .flags = VFU_REGION_RW, .fd = -1 });
 *	vfu_set_irqs(vfu, VFIO_PCI_MSIX_IRQ_INDEX, 4, VFIO_IRQ_INFO_EVENTFD);
 *	vfu_attach_path(vfu, "/run/device.sock");
 *	vfu_run(vfu);
 *	vfu_destroy(vfu);
 *
 * A server has one device, one client at a time, and one thread. All functions must be called on
 * the thread that runs vfu_run() or vfu_step(), usually from callbacks. Only vfu_stop() may be
 * called from elsewhere. All callbacks run on that thread. A callback must not call vfu_run(),
 * vfu_step() or vfu_destroy(). Only vfu_run(), vfu_step() and the DMA functions may block.
 *
 * Functions that can fail return -errno. The library does not log, exit, or change signal handlers,
 * and writes to sockets do not raise SIGPIPE. The library validates everything that a client sends.
 * A message that violates the protocol gets an error reply; if the message stream can no longer be
 * parsed, the library closes the connection. After a socket is attached the library allocates no
 * memory, except to parse the JSON of a client's first message.
 */
#ifndef LAB_VFIO_USER_VFIO_USER_H
#define LAB_VFIO_USER_VFIO_USER_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Region indexes: VFIO_PCI_*_REGION_INDEX, then device-specific regions. */
#define VFU_REGIONS 16

#define VFU_IRQ_INDEXES 5    /* VFIO_PCI_INTX_IRQ_INDEX to VFIO_PCI_REQ_IRQ_INDEX */
#define VFU_VECTORS	2048 /* maximum per index, as MSI-X has */
#define VFU_AREAS	8    /* maximum of mappable areas of a region */
#define VFU_WATCHES	8    /* maximum of file descriptors watched for the device */

struct vfu; /* a device and its connection */

/*
 * One access to a region. LEN is between 1 and max_transfer, and OFFSET + LEN is within the region.
 * Neither is aligned, because a client may split accesses arbitrarily. DATA holds the bytes to
 * write, or zeroed room for the bytes to read, in ascending order of addresses.
 */
struct vfu_access {
	unsigned int region; /* VFIO_PCI_*_REGION_INDEX */
	bool write;
	uint64_t offset; /* bytes, within the region */
	size_t len;	 /* bytes */
	unsigned char *data;
};

enum vfu_irq_action {
	VFU_IRQ_RAISE,	  /* one event: MSI, MSI-X, error, request */
	VFU_IRQ_ASSERT,	  /* assert a level: INTx */
	VFU_IRQ_DEASSERT, /* deassert a level */
};

struct vfu_irq {
	unsigned int index;  /* VFIO_PCI_*_IRQ_INDEX */
	unsigned int vector; /* below the index's count */
	enum vfu_irq_action action;
};

/* One transfer between the device and the client's memory. WRITE is true for a write to memory. */
struct vfu_dma {
	uint64_t iova;
	size_t len; /* bytes */
	void *data;
	bool write;
};

/* A message to the client, including its header ("Header"). A hook may change all of it. */
struct vfu_message {
	uint16_t command; /* the command being answered: 1 to 18, see wire.h */
	unsigned char *data;
	size_t len;  /* bytes, at most ROOM */
	size_t room; /* bytes available at DATA */
};

enum vfu_verdict {
	VFU_GO_ON,   /* continue as without a hook */
	VFU_DROP,    /* discard this message and keep the connection */
	VFU_HANG_UP, /* close the connection, as if the server had crashed */
};

/*
 * Callbacks of the device. Each may be NULL: accesses then fail with ENXIO, a reset is not offered
 * and fails with EOPNOTSUPP, and notifications are skipped.
 */
struct vfu_ops {
	/*
	 * Carries out one access, which has been checked against the limits above and the region's
	 * flags. Returns 0, or the -errno to reply to the client. May raise interrupts and do DMA.
	 * Not called for accesses that the library serves from the memory of struct vfu_region.
	 */
	int (*access)(void *device, const struct vfu_access *access);

	/* DEVICE_RESET: resets the device to its state after power-on. Returns 0 or -errno. */
	int (*reset)(void *device);

	/*
	 * Called after the client has set up, removed, masked or unmasked vectors (SET_IRQS), or
	 * has disconnected. vfu_irq_enabled() and vfu_irq_masked() return the new state.
	 */
	void (*irqs_changed)(void *device, unsigned int index, unsigned int first,
			     unsigned int count);

	/*
	 * The range [iova, iova + size) has become accessible, or is about to become inaccessible.
	 * Pointers into it (vfu_dma_pointer()) are invalid once dma_unmapped() has returned. Must
	 * not do DMA.
	 */
	void (*dma_mapped)(void *device, uint64_t iova, uint64_t size);
	void (*dma_unmapped)(void *device, uint64_t iova, uint64_t size);

	/*
	 * Called when all requests that have arrived are answered. Here the device can do DMA to
	 * memory that the client has not shared: QEMU, which waits for the answer to an access,
	 * would not serve it in access(). NULL: not needed.
	 */
	void (*answered)(void *device);

	/*
	 * A client has negotiated a version, or has disconnected. Its DMA maps and interrupts have
	 * been removed when disconnected() is called.
	 */
	void (*connected)(void *device);
	void (*disconnected)(void *device);
};

/*
 * Hooks, to inject faults into any device. The library calls a hook instead of the destination. The
 * hook may change the request and pass it on, any number of times, with vfu_pass_*(). A NULL member
 * passes it on unchanged. A hook returns what the destination would return: 0 or -errno. Hooks do
 * not see accesses to memory that the client has mapped. A device that must fail such accesses must
 * not offer the memory for mapping.
 */
struct vfu_hooks {
	/* From the client to the device: reads and writes, including those of memory regions. */
	int (*access)(void *hook, struct vfu *vfu, struct vfu_access *access);
	int (*reset)(void *hook, struct vfu *vfu);

	/* From the device to the client. */
	int (*irq)(void *hook, struct vfu *vfu, const struct vfu_irq *irq);
	int (*dma)(void *hook, struct vfu *vfu, const struct vfu_dma *dma);

	/*
	 * A complete request (a command of "Commands") has arrived and has not been parsed yet.
	 * VFU_DROP discards it without an answer.
	 */
	enum vfu_verdict (*request)(void *hook, struct vfu *vfu, unsigned int command);

	/* An answer is about to be sent; the hook may change it within its room. */
	enum vfu_verdict (*reply)(void *hook, struct vfu *vfu, struct vfu_message *message);
};

/* Limits of a server, announced to the client ("Version"). 0 selects the default. */
struct vfu_limits {
	uint32_t max_transfer;	 /* bytes of data per message: 8 to 16 MiB, default 1 MiB */
	uint32_t max_dma_maps;	 /* maps at a time: at most 65535, the default */
	uint32_t dma_timeout_ms; /* to wait for an answer to a DMA message: default 5000 */
};

/* A mappable part of a region. Both members are in bytes and multiples of the page size. */
struct vfu_area {
	uint64_t offset;
	uint64_t size;
};

enum vfu_region_flags {
	VFU_REGION_READ = VFIO_REGION_INFO_FLAG_READ,
	VFU_REGION_WRITE = VFIO_REGION_INFO_FLAG_WRITE,
	VFU_REGION_RW = VFU_REGION_READ | VFU_REGION_WRITE,
};

/*
 * A region. If it has an FD (usually from vfu_memory()), the client may map the listed areas, or
 * all of it if none is listed. If MEMORY is set, the library serves messages that access only such
 * an area from MEMORY.
 */
struct vfu_region {
	uint64_t size;	/* bytes; 0: no such region */
	uint32_t flags; /* enum vfu_region_flags */
	/* Memory behind the region, or -1. The caller owns it and must keep it open. */
	int fd;
	uint64_t fd_offset; /* bytes, page-aligned: offset of the region in FD */
	void *memory;	    /* the region's first byte in this process, or NULL */
	unsigned int area_count;
	struct vfu_area areas[VFU_AREAS];
	/* Type of a device-specific region (VFIO_REGION_INFO_CAP_TYPE); both 0: no type. */
	uint32_t type, subtype;
};

/*
 * Creates a server for DEVICE, which is the first argument of OPS. OPS must outlive the server;
 * LIMITS (NULL: all defaults) is copied. Returns 0, -EINVAL if a limit is out of range, -ENOMEM or
 * -EMFILE.
 */
int vfu_create(struct vfu **vfu, const struct vfu_ops *ops, void *device,
	       const struct vfu_limits *limits);

/*
 * Closes the connection and the sockets, removes the socket's path, and frees VFU, which may be
 * NULL. Calls disconnected() if a client is connected.
 */
void vfu_destroy(struct vfu *vfu);

static inline void vfu_destroy_p(struct vfu **vfu)
{
	vfu_destroy(*vfu);
}

#define cleanup_vfu __attribute__((cleanup(vfu_destroy_p)))

/*
 * Describes region INDEX by REGION, which is copied. Must be called while no client is connected,
 * because a client asks only once. Returns 0; -EINVAL if INDEX is too high, if areas overlap, are
 * not page-aligned or exceed the region, or if there are areas or memory without a size; -EBUSY if
 * a client is connected; -ERANGE if the file behind FD is shorter than the region.
 */
int vfu_set_region(struct vfu *vfu, unsigned int index, const struct vfu_region *region);

/*
 * Describes interrupt INDEX: COUNT vectors with FLAGS (VFIO_IRQ_INFO_*; EVENTFD is required unless
 * COUNT is 0). AUTOMASKED makes it level-triggered: signalling masks it, and unmasking signals it
 * again if it is still asserted. Errors as for vfu_set_region().
 */
int vfu_set_irqs(struct vfu *vfu, unsigned int index, unsigned int count, uint32_t flags);

/*
 * Creates a zeroed memory file of SIZE bytes (rounded up to pages) that cannot shrink, for use in a
 * region. Stores the address of its mapping in *MEMORY. Returns its fd, or -errno. The caller
 * unmaps the memory and closes the fd.
 */
int vfu_memory(uint64_t size, void **memory);

/*
 * Attach the socket for clients, exactly one of: a PATH, at which a listening socket is made (a
 * stale socket is replaced); a listening socket FD; or a connected socket FD. On success the
 * library owns the socket. With a path or a listening socket, the server waits for the next client
 * when one leaves; other clients meanwhile wait in the socket's backlog. Return 0, -EBUSY if a
 * socket is attached already, -EADDRINUSE if another process listens at PATH, -ENAMETOOLONG if PATH
 * exceeds 107 bytes, or another -errno.
 */
int vfu_attach_path(struct vfu *vfu, const char *path);
int vfu_attach_listening(struct vfu *vfu, int fd);
int vfu_attach_connected(struct vfu *vfu, int fd);

/*
 * Serves clients until vfu_stop() is called or, with vfu_attach_connected(), the client has
 * disconnected. Blocks. Returns 0, -ENOTCONN if no socket is attached, or -errno of the event loop.
 * Errors of clients do not end it.
 */
int vfu_run(struct vfu *vfu);

/*
 * Runs one iteration of vfu_run(): waits up to TIMEOUT_MS milliseconds (-1: without limit, 0: not
 * at all) for an event and serves it. Returns 1 to continue, 0 when vfu_run() would return 0, or
 * -errno.
 */
int vfu_step(struct vfu *vfu, int timeout_ms);

/*
 * Returns an fd that is readable when vfu_step() has work, for callers with their own event loop.
 */
int vfu_fd(const struct vfu *vfu);

/* Makes vfu_run() return 0. May be called from callbacks, signal handlers and other threads. */
void vfu_stop(struct vfu *vfu);

/*
 * Calls READY(ARG) from vfu_run() whenever FD is readable or hung up, for timers (timerfd) and
 * control sockets of a device. The caller owns FD and must unwatch it before closing it. READY is
 * not called while the server waits for the answer to a DMA message. Returns 0, -ENOSPC if
 * VFU_WATCHES fds are watched, -EEXIST if FD is watched already, or -errno of epoll_ctl().
 */
int vfu_watch(struct vfu *vfu, int fd, void (*ready)(void *arg), void *arg);
void vfu_unwatch(struct vfu *vfu, int fd);

/*
 * Installs HOOKS, which get HOOK as their first argument; NULL removes them. HOOKS must outlive
 * VFU.
 */
void vfu_interpose(struct vfu *vfu, const struct vfu_hooks *hooks, void *hook);

/* Called by hooks: pass the request to its destination without hooks, and return its result. */
int vfu_pass_access(struct vfu *vfu, struct vfu_access *access);
int vfu_pass_reset(struct vfu *vfu);
int vfu_pass_irq(struct vfu *vfu, const struct vfu_irq *irq);
int vfu_pass_dma(struct vfu *vfu, const struct vfu_dma *dma);

/*
 * Closes the connection to the client, if any. If called from a callback, closes it after the
 * callback has returned.
 */
void vfu_hang_up(struct vfu *vfu);

/* Returns true if a client is connected and has negotiated a version. */
bool vfu_connected(const struct vfu *vfu);

/*
 * Raises one event on an edge-triggered vector (MSI, MSI-X, error, request). Never blocks. Returns
 * 0 if it was signalled, -EAGAIN if it is masked (pending until unmasked), -ENOENT if the client
 * has set no eventfd (the event is lost), or -EINVAL if there is no such vector.
 */
int vfu_irq_raise(struct vfu *vfu, unsigned int index, unsigned int vector);

/*
 * Sets a level (INTx: index and vector 0). The level is stored, and signalled as soon as the vector
 * has an eventfd and is unmasked. Returns 0, or -EINVAL if there is no such vector or it is not
 * AUTOMASKED.
 */
int vfu_irq_level(struct vfu *vfu, unsigned int index, unsigned int vector, bool asserted);

/*
 * Return the state of a vector; false if there is no such vector. Pending means raised, or
 * asserted, while masked.
 */
bool vfu_irq_enabled(const struct vfu *vfu, unsigned int index, unsigned int vector);
bool vfu_irq_masked(const struct vfu *vfu, unsigned int index, unsigned int vector);
bool vfu_irq_pending(const struct vfu *vfu, unsigned int index, unsigned int vector);

/* Clears a pending event, for example at a device reset. */
void vfu_irq_clear(struct vfu *vfu, unsigned int index, unsigned int vector);

enum vfu_dma_flags {
	VFU_DMA_READ = 1 << 0,	/* the device may read ("readable") */
	VFU_DMA_WRITE = 1 << 1, /* the device may write ("writeable") */
};

/*
 * Copy LEN bytes between DATA and the client's memory at IOVA. The range may span adjacent maps.
 * The copy does not block if the client has shared the memory. Otherwise the server asks the client
 * (DMA_READ, DMA_WRITE) and blocks for its answer, up to dma_timeout_ms. Requests that arrive
 * meanwhile are served later, in their order.
 *
 * Return 0 after all bytes have been copied. On an error some bytes may have been copied: -EFAULT
 * if the range is not mapped, the map forbids the access, or the client has truncated the memory;
 * -ENOTCONN if no client is connected; -ETIMEDOUT; -EBUSY if too many requests arrived before the
 * answer; -EPROTO if the answer is malformed; or the errno of the client's answer.
 *
 * A client may be unable to answer while it waits for the answer to its own request. QEMU (at least
 * 10.1 to 11.1) is an example: a thread that accesses a region holds the lock that serving DMA
 * messages needs. For memory that the client does not share, do DMA from a vfu_watch() callback,
 * not from access().
 */
int vfu_dma_read(struct vfu *vfu, uint64_t iova, void *data, size_t len);
int vfu_dma_write(struct vfu *vfu, uint64_t iova, const void *data, size_t len);

/*
 * Returns a pointer to LEN bytes of the client's memory at IOVA, within one map that allows FLAGS
 * (enum vfu_dma_flags). It is valid until dma_unmapped(). Returns NULL if the client has not shared
 * the memory or could truncate it; use vfu_dma_read() and vfu_dma_write() instead. The client may
 * write to the memory at any time. Hooks do not see accesses to it.
 */
void *vfu_dma_pointer(struct vfu *vfu, uint64_t iova, size_t len, unsigned int flags);

/* Returns true if maps that all allow FLAGS cover [IOVA, IOVA + LEN). */
bool vfu_dma_mapped(const struct vfu *vfu, uint64_t iova, uint64_t len, unsigned int flags);

#endif
