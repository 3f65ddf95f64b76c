/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of messages: QEMU, docs/interop/vfio-user.rst, whose section names are quoted. Integers
 * have the host's byte order and are not aligned in a message, so structs must be copied out of it
 * and into it.
 */
#ifndef LAB_VFIO_USER_WIRE_H
#define LAB_VFIO_USER_WIRE_H

#include <stdint.h>

/* "Commands" */
enum wire_command {
	WIRE_VERSION = 1,
	WIRE_DMA_MAP = 2,
	WIRE_DMA_UNMAP = 3,
	WIRE_DEVICE_GET_INFO = 4,
	WIRE_DEVICE_GET_REGION_INFO = 5,
	WIRE_DEVICE_GET_REGION_IO_FDS = 6,
	WIRE_DEVICE_GET_IRQ_INFO = 7,
	WIRE_DEVICE_SET_IRQS = 8,
	WIRE_REGION_READ = 9,
	WIRE_REGION_WRITE = 10,
	WIRE_DMA_READ = 11, /* from the server to the client, like the next */
	WIRE_DMA_WRITE = 12,
	WIRE_DEVICE_RESET = 13,
	WIRE_REGION_WRITE_MULTI = 15,
	WIRE_DEVICE_FEATURE = 16,
	WIRE_MIG_DATA_READ = 17,
	WIRE_MIG_DATA_WRITE = 18,
};

/* "Header", flags */
#define WIRE_TYPE	  0xfu
#define WIRE_TYPE_COMMAND 0x0u
#define WIRE_TYPE_REPLY	  0x1u
#define WIRE_NO_REPLY	  (1u << 4)
#define WIRE_ERROR	  (1u << 5)

/* "Header" */
struct wire_header {
	uint16_t id;
	uint16_t command;
	uint32_t size; /* of the whole message, this header included */
	uint32_t flags;
	uint32_t error; /* errno, in a reply with WIRE_ERROR */
};

/* "VFIO_USER_VERSION": JSON follows, NUL-terminated, or nothing */
#define WIRE_MAJOR 0
#define WIRE_MINOR 1
struct wire_version {
	uint16_t major;
	uint16_t minor;
};

/* "VFIO_USER_VERSION", capabilities: defaults for a peer that does not send them */
#define WIRE_DEFAULT_MSG_FDS  1
#define WIRE_DEFAULT_TRANSFER (1u << 20)
#define WIRE_DEFAULT_DMA_MAPS 65535
#define WIRE_DEFAULT_PGSIZES  4096

/* "VFIO_USER_DMA_MAP" */
#define WIRE_DMA_READABLE  (1u << 0)
#define WIRE_DMA_WRITEABLE (1u << 1)
struct wire_dma_map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset; /* into the file */
	uint64_t address;
	uint64_t size;
};

/* "VFIO_USER_DMA_UNMAP"; QEMU sets a flag of Linux to unmap everything */
#define WIRE_DMA_UNMAP_ALL (1u << 1)
struct wire_dma_unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t address;
	uint64_t size;
};

/* "VFIO_USER_DEVICE_GET_INFO" */
struct wire_device_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t num_regions;
	uint32_t num_irqs;
};

/* "VFIO_USER_DEVICE_GET_REGION_INFO" */
struct wire_region_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t cap_offset; /* from the beginning of this structure */
	uint64_t size;
	uint64_t offset; /* for mmap() */
};

/* "VFIO cap header format" */
struct wire_cap {
	uint16_t id;
	uint16_t version;
	uint32_t next; /* from the beginning of the region info; 0: the last */
};

/* "VFIO region info cap sparse mmap": areas follow */
struct wire_cap_sparse {
	struct wire_cap cap;
	uint32_t nr_areas;
	uint32_t reserved;
};

struct wire_area {
	uint64_t offset;
	uint64_t size;
};

/* "Device-Specific Regions": struct vfio_region_info_cap_type of Linux */
struct wire_cap_type {
	struct wire_cap cap;
	uint32_t type;
	uint32_t subtype;
};

/* "VFIO_USER_DEVICE_GET_IRQ_INFO" */
struct wire_irq_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t count;
};

/* "VFIO_USER_DEVICE_SET_IRQS": with DATA_BOOL, COUNT one-byte booleans follow */
struct wire_irq_set {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t start;
	uint32_t count;
};

/*
 * "VFIO_USER_REGION_READ", "VFIO_USER_REGION_WRITE": COUNT bytes follow in a write and in a read's
 * reply
 */
struct wire_region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
};

/* "VFIO_USER_REGION_WRITE_MULTI": the header is followed by their number (64 bits), then by them */
struct wire_single_write {
	uint64_t offset;
	uint32_t region;
	uint32_t count; /* at most 8 */
	unsigned char data[8];
};

/*
 * "VFIO_USER_DMA_READ", "VFIO_USER_DMA_WRITE": COUNT bytes follow in a write and in a read's reply
 */
struct wire_dma_access {
	uint64_t address;
	uint64_t count;
};

_Static_assert(sizeof(struct wire_header) == 16, "layout");
_Static_assert(sizeof(struct wire_version) == 4, "layout");
_Static_assert(sizeof(struct wire_dma_map) == 32, "layout");
_Static_assert(sizeof(struct wire_dma_unmap) == 24, "layout");
_Static_assert(sizeof(struct wire_device_info) == 16, "layout");
_Static_assert(sizeof(struct wire_region_info) == 32, "layout");
_Static_assert(sizeof(struct wire_cap_sparse) == 16, "layout");
_Static_assert(sizeof(struct wire_cap_type) == 16, "layout");
_Static_assert(sizeof(struct wire_irq_info) == 16, "layout");
_Static_assert(sizeof(struct wire_irq_set) == 20, "layout");
_Static_assert(sizeof(struct wire_region_access) == 16, "layout");
_Static_assert(sizeof(struct wire_single_write) == 24, "layout");
_Static_assert(sizeof(struct wire_dma_access) == 16, "layout");

#endif
