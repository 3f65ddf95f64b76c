/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vfio-user, the server's side: a PCI device that is a C program, served to a
 * client such as QEMU's vfio-user-pci over a UNIX stream socket.
 * Specification: QEMU, docs/interop/vfio-user.rst, protocol version 0.1
 * (no migration, no twin socket). Section names in this folder are of that
 * document.
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
 * One device, one client at a time, one thread: all calls are made by the
 * thread that runs vfu_run() or vfu_step(), most of them from callbacks;
 * vfu_stop() alone may come from elsewhere. All callbacks run on that thread.
 * A callback must not call vfu_run(), vfu_step() or vfu_destroy().
 *
 * Errors are -errno. The library neither logs, nor ends the process, nor
 * changes signal handlers; it writes to sockets without SIGPIPE. Whatever a
 * client sends is checked before it is used: a message that breaks the
 * protocol costs an error reply, or the connection where the stream cannot be
 * followed any further. Once a device is attached nothing is allocated, but for
 * the JSON of a client's first message.
 */
#ifndef LAB_VFIO_USER_VFIO_USER_H
#define LAB_VFIO_USER_VFIO_USER_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Region indexes: those of VFIO_PCI_*_REGION_INDEX, then the device's own. */
#define VFU_REGIONS 16

#define VFU_IRQ_INDEXES 5    /* VFIO_PCI_INTX_IRQ_INDEX to VFIO_PCI_REQ_IRQ_INDEX */
#define VFU_VECTORS	2048 /* at most, of one index: what MSI-X can have */
#define VFU_AREAS	8    /* areas of a region that can be mapped */
#define VFU_WATCHES	8    /* file descriptors watched for the device */

struct vfu; /* a device and its connection */

/*
 * One access to a region. LEN is at least 1 and at most the limit on
 * transfers; OFFSET + LEN is within the region; neither is aligned in any way:
 * a client may cut accesses as it likes. DATA holds the bytes in the order of
 * their addresses: what is to be written, or room for what is read (zeroes).
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
	VFU_IRQ_ASSERT,	  /* a level goes up: INTx */
	VFU_IRQ_DEASSERT, /* a level goes down */
};

struct vfu_irq {
	unsigned int index;  /* VFIO_PCI_*_IRQ_INDEX */
	unsigned int vector; /* below the index's count */
	enum vfu_irq_action action;
};

/*
 * One transfer between the device and the client's memory, seen by the device: write = to the
 * memory.
 */
struct vfu_dma {
	uint64_t iova;
	size_t len; /* bytes */
	void *data;
	bool write;
};

/* A message as it goes to the client, header included ("Header"): all of it may be altered. */
struct vfu_message {
	uint16_t command; /* the one that is answered: 1 to 18, see wire.h */
	unsigned char *data;
	size_t len;  /* bytes, at most ROOM */
	size_t room; /* bytes behind DATA that may be used */
};

enum vfu_verdict {
	VFU_GO_ON,   /* as if there were no hook */
	VFU_DROP,    /* this message is lost; the connection stays */
	VFU_HANG_UP, /* the connection is closed, as if the server had died */
};

/*
 * What the device does. Each may be NULL: accesses then fail with ENXIO, a
 * reset with EOPNOTSUPP (and is not offered), notices are not given.
 */
struct vfu_ops {
	/*
	 * Carry out one access that passed the checks above and the region's
	 * flags. 0, or the -errno that the client is to see. May raise
	 * interrupts and do DMA. Accesses to memory that was given with the
	 * region (struct vfu_region) are served by the library, not by this.
	 */
	int (*access)(void *device, const struct vfu_access *access);

	/* DEVICE_RESET: the whole device goes back to its state after power-on. 0 or -errno. */
	int (*reset)(void *device);

	/*
	 * The client set up vectors, took them away, masked or unmasked them
	 * (SET_IRQS), or left. The new state is what vfu_irq_enabled() and
	 * vfu_irq_masked() tell.
	 */
	void (*irqs_changed)(void *device, unsigned int index, unsigned int first,
			     unsigned int count);

	/*
	 * [iova, iova + size) became accessible or ceases to be: pointers into
	 * it (vfu_dma_pointer()) are dead once dma_unmapped() has returned.
	 * Must not do DMA.
	 */
	void (*dma_mapped)(void *device, uint64_t iova, uint64_t size);
	void (*dma_unmapped)(void *device, uint64_t iova, uint64_t size);

	/*
	 * A client has agreed on a version; the client is gone, with its DMA maps and interrupts.
	 */
	void (*connected)(void *device);
	void (*disconnected)(void *device);
};

/*
 * Faults are interposed: what a hook is for goes to the hook instead of to its
 * destination, and the hook passes it on, altered or not, as often as it
 * likes, with vfu_pass_*(). So a fault works on every device. NULL members are
 * as if passed on. A hook returns what the destination would: 0 or -errno.
 * Memory that the client has mapped is out of a hook's sight: a device that is
 * to fail on it must not offer it for mapping.
 */
struct vfu_hooks {
	/* From the client to the device, reads and writes, memory of regions included. */
	int (*access)(void *hook, struct vfu *vfu, struct vfu_access *access);
	int (*reset)(void *hook, struct vfu *vfu);

	/* From the device to the client. */
	int (*irq)(void *hook, struct vfu *vfu, const struct vfu_irq *irq);
	int (*dma)(void *hook, struct vfu *vfu, const struct vfu_dma *dma);

	/*
	 * A request (a command of "Commands") has come whole and is not yet
	 * looked at. VFU_DROP: no answer is given.
	 */
	enum vfu_verdict (*request)(void *hook, struct vfu *vfu, unsigned int command);

	/* An answer is about to go out; it may be altered to anything that fits. */
	enum vfu_verdict (*reply)(void *hook, struct vfu *vfu, struct vfu_message *message);
};

/* What a server is ready for; 0 stands for the default. Announced to the client ("Version"). */
struct vfu_limits {
	uint32_t max_transfer;	 /* bytes of data in one message: 1 MiB by default; 8 to 16 MiB */
	uint32_t max_dma_maps;	 /* at a time: 65535 by default and at most */
	uint32_t dma_timeout_ms; /* for an answer to a DMA message: 5000 by default */
};

/* A part of a region that can be mapped; both in bytes and multiples of the page size. */
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
 * A region. With an fd (of vfu_memory(), as a rule) the client may map it: the
 * listed areas, or all of it where none is listed. Accesses by message that
 * lie wholly within such an area are served from MEMORY where it is given.
 */
struct vfu_region {
	uint64_t size;	/* bytes; 0 = not there */
	uint32_t flags; /* enum vfu_region_flags */
	/* Memory behind the region, or -1; stays the caller's and must stay open. */
	int fd;
	uint64_t fd_offset; /* bytes, page-aligned: where in FD the region begins */
	void *memory;	    /* the region's first byte in this process, or NULL */
	unsigned int area_count;
	struct vfu_area areas[VFU_AREAS];
	/* Of a device's own region (VFIO_REGION_INFO_CAP_TYPE); both 0 = no type. */
	uint32_t type, subtype;
};

/*
 * Create: make a server for DEVICE, which is handed to OPS. OPS must outlive
 * it; LIMITS (NULL for all defaults) is copied. -EINVAL for limits out of
 * range, -ENOMEM, -EMFILE.
 */
int vfu_create(struct vfu **vfu, const struct vfu_ops *ops, void *device,
	       const struct vfu_limits *limits);

/*
 * End: close the connection, the sockets and the socket's path, free all.
 * disconnected() is called for a client that is there. VFU may be NULL.
 */
void vfu_destroy(struct vfu *vfu);

static inline void vfu_destroy_p(struct vfu **vfu)
{
	vfu_destroy(*vfu);
}

#define cleanup_vfu __attribute__((cleanup(vfu_destroy_p)))

/*
 * Describe: region INDEX is as REGION says, which is copied. Before a socket is
 * attached, or while no client is connected: a client asks only once.
 * -EINVAL: an index too high, areas that overlap, are not page-aligned or
 * outside of the region, areas or memory without size. -EBUSY: a client is
 * connected. -ERANGE: the file behind FD is shorter than the region.
 */
int vfu_set_region(struct vfu *vfu, unsigned int index, const struct vfu_region *region);

/*
 * Describe: interrupt INDEX has COUNT vectors with FLAGS (VFIO_IRQ_INFO_*;
 * EVENTFD is a must where COUNT is not 0). AUTOMASKED makes a level: it is
 * masked as it is signalled, and signalled again where it is still asserted at
 * unmask. Errors as above.
 */
int vfu_set_irqs(struct vfu *vfu, unsigned int index, unsigned int count, uint32_t flags);

/*
 * A memory file of SIZE bytes (rounded up to pages) that can be given to a
 * region and cannot shrink; *MEMORY is its mapping here, of the same size,
 * zeroed. Returns its fd, or -errno. The caller unmaps and closes.
 */
int vfu_memory(uint64_t size, void **memory);

/*
 * Attach a way for clients to come, exactly one of:
 * a path, where a socket is made (one that nobody listens on is replaced;
 * -EADDRINUSE where somebody does, -ENAMETOOLONG beyond 107 bytes);
 * a socket that listens already; a socket that is connected already.
 * The fd belongs to the library on success. -EBUSY: something is attached.
 * With a path or a listening socket, the next client is waited for when one
 * leaves; one that comes meanwhile waits in the socket's backlog.
 */
int vfu_attach_path(struct vfu *vfu, const char *path);
int vfu_attach_listening(struct vfu *vfu, int fd);
int vfu_attach_connected(struct vfu *vfu, int fd);

/*
 * Run: serve until vfu_stop() is called or, with vfu_attach_connected(), the
 * client has left. Blocks. 0, or the -errno of the event loop itself; what
 * clients do wrong is no error. -ENOTCONN: nothing is attached.
 */
int vfu_run(struct vfu *vfu);

/*
 * The same, one round: wait up to TIMEOUT_MS (-1 without end, 0 not at all)
 * and serve what is there. 1 = go on, 0 = it is over as for vfu_run(), -errno.
 */
int vfu_step(struct vfu *vfu, int timeout_ms);

/* An fd that is readable when vfu_step() has work, for a caller with an event loop of its own. */
int vfu_fd(const struct vfu *vfu);

/* Make vfu_run() return 0. May be called from callbacks, signal handlers and other threads. */
void vfu_stop(struct vfu *vfu);

/*
 * Call READY(ARG) from vfu_run() whenever FD is readable or hung up: timers
 * (timerfd) and control sockets of a device. FD stays the caller's; unwatch it
 * before it is closed. Not served while a DMA message waits for its answer.
 * -ENOSPC beyond VFU_WATCHES, -EEXIST, or the -errno of epoll_ctl().
 */
int vfu_watch(struct vfu *vfu, int fd, void (*ready)(void *arg), void *arg);
void vfu_unwatch(struct vfu *vfu, int fd);

/*
 * Interpose HOOKS, which get HOOK as their first argument; NULL takes them out. HOOKS must outlive
 * it.
 */
void vfu_interpose(struct vfu *vfu, const struct vfu_hooks *hooks, void *hook);

/* Hand on to where it would have gone without hooks; returns what comes of it. For hooks. */
int vfu_pass_access(struct vfu *vfu, struct vfu_access *access);
int vfu_pass_reset(struct vfu *vfu);
int vfu_pass_irq(struct vfu *vfu, const struct vfu_irq *irq);
int vfu_pass_dma(struct vfu *vfu, const struct vfu_dma *dma);

/* Close the connection to the client, if there is one; from a callback, once it has returned. */
void vfu_hang_up(struct vfu *vfu);

/* Whether a client is connected and has agreed on a version. */
bool vfu_connected(const struct vfu *vfu);

/*
 * Raise one event on a vector that is no level (MSI, MSI-X, error, request).
 * Never blocks. 0: signalled. -EAGAIN: masked; it is pending and goes out at
 * unmask. -ENOENT: the client has set up no eventfd; the event is lost.
 * -EINVAL: no such vector.
 */
int vfu_irq_raise(struct vfu *vfu, unsigned int index, unsigned int vector);

/*
 * Set a level (INTx: index and vector 0). 0 in all cases, as the level is
 * kept: it is signalled as soon as there is an eventfd and no mask.
 * -EINVAL: no such vector, or not AUTOMASKED.
 */
int vfu_irq_level(struct vfu *vfu, unsigned int index, unsigned int vector, bool asserted);

/*
 * The state of a vector; false for one that is not there. Pending: raised, or asserted, while
 * masked.
 */
bool vfu_irq_enabled(const struct vfu *vfu, unsigned int index, unsigned int vector);
bool vfu_irq_masked(const struct vfu *vfu, unsigned int index, unsigned int vector);
bool vfu_irq_pending(const struct vfu *vfu, unsigned int index, unsigned int vector);

/* Forget a pending event (a device reset, say). */
void vfu_irq_clear(struct vfu *vfu, unsigned int index, unsigned int vector);

enum vfu_dma_flags {
	VFU_DMA_READ = 1 << 0,	/* the device may read ("readable") */
	VFU_DMA_WRITE = 1 << 1, /* the device may write ("writeable") */
};

/*
 * Copy LEN bytes between DATA and the client's memory at IOVA, which may span
 * maps that adjoin. Where the client shared its memory this never blocks;
 * elsewhere the client is asked (DMA_READ, DMA_WRITE) and its answer waited
 * for, up to the limit's timeout; requests that come meanwhile are served
 * later, in their order. A client that truncates what it shared does no harm:
 * -EFAULT. 0, and all bytes are there; or an error, and some may have been
 * copied: -EFAULT: not mapped, or the map forbids it. -ENOTCONN: no client, or
 * it left. -ETIMEDOUT. -EBUSY: too many requests came before the answer. Or
 * the errno of the client's answer, or -EPROTO for an answer that makes no sense.
 *
 * A client may be unable to answer while it waits for the answer to a request
 * of its own. QEMU (10.1 to 11.1 at least) is such a one: its thread that
 * accesses a region holds the lock that serving DMA messages needs. With memory
 * that it does not share, do DMA from a vfu_watch() callback, not from access().
 */
int vfu_dma_read(struct vfu *vfu, uint64_t iova, void *data, size_t len);
int vfu_dma_write(struct vfu *vfu, uint64_t iova, const void *data, size_t len);

/*
 * The client's memory itself, of LEN bytes at IOVA in one map that allows
 * FLAGS (enum vfu_dma_flags), valid until dma_unmapped(); NULL where the
 * client did not share it, or shared what it could truncate: copy then. The
 * client may write to it at any time. Hooks do not see accesses to it.
 */
void *vfu_dma_pointer(struct vfu *vfu, uint64_t iova, size_t len, unsigned int flags);

/* Whether maps cover [IOVA, IOVA + LEN) and all allow FLAGS. */
bool vfu_dma_mapped(const struct vfu *vfu, uint64_t iova, uint64_t len, unsigned int flags);

#endif
