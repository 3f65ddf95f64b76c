/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of vendor, a device that migrates. All are 32 bits wide and little-endian. Pairs of
 * registers hold 64 bits, low half first.
 *
 * BAR0 belongs to the user of the device, BAR1 to the driver that migrates it.
 */
#ifndef LAB_DEVICES_VENDOR_REGS_H
#define LAB_DEVICES_VENDOR_REGS_H

#define VENDOR_VENDOR 0x1234
#define VENDOR_DEVICE 0x7e58

#define VENDOR_ID_VALUE 0x7e58de71u

/* BAR0. A stopped device ignores writes. */
enum vendor_reg {
	VENDOR_ID = 0x00,
	VENDOR_COUNTER = 0x04,	   /* incremented by each read unless stopped */
	VENDOR_IO_RESULT = 0x08,   /* errno of the last DMA or interrupt */
	VENDOR_CONFIG = 0x0c,	   /* a write configures the device anew: all memory is initial */
	VENDOR_INTX = 0x10,	   /* level of the pin */
	VENDOR_TRIGGER = 0x14,	   /* raises this MSI-X vector */
	VENDOR_COPY_FROM = 0x18,   /* 64 bits */
	VENDOR_COPY_TO = 0x20,	   /* 64 bits */
	VENDOR_COPY_LEN = 0x28,	   /* copies so many bytes, at most VENDOR_COPY_MAX */
	VENDOR_MARK = 0x2c,	   /* stores what is written */
	VENDOR_RING = 0x30,	   /* 64 bits: IOVA of a ring of pages */
	VENDOR_RING_PAGES = 0x38,  /* its pages, of VENDOR_PAGE bytes */
	VENDOR_RING_VECTOR = 0x3c, /* MSI-X vector; VENDOR_NO_VECTOR: none */
	VENDOR_RING_INDEX = 0x40,  /* kicks since the last reset; read-only */
	/*
	 * Performs so many steps. Each writes INDEX + 1 to the first word of page INDEX %
	 * RING_PAGES, and increments INDEX. Then the device raises RING_VECTOR. A quiet device
	 * remembers the kicks until it runs.
	 */
	VENDOR_KICK = 0x44,
	VENDOR_VALUES = 0x80, /* 16 words */
	VENDOR_VALUES_END = 0xc0,
	VENDOR_MEMORY = 0x800, /* chunks of VENDOR_CHUNK bytes */
	VENDOR_MEMORY_END = 0x1000,
};

#define VENDOR_COPY_MAX	  4096u
#define VENDOR_PAGE	  4096u
#define VENDOR_NO_VECTOR  0xffffffffu
#define VENDOR_CHUNK	  64u
#define VENDOR_CHUNKS_MAX ((VENDOR_MEMORY_END - VENDOR_MEMORY) / VENDOR_CHUNK)

/* BAR1 */
enum vendor_control {
	VENDOR_STATE = 0x00,	 /* enum vendor_state */
	VENDOR_COMMAND = 0x04,	 /* enum vendor_command */
	VENDOR_STATUS = 0x08,	 /* enum vendor_status */
	VENDOR_RESULT = 0x0c,	 /* errno of the last command */
	VENDOR_SIZE = 0x10,	 /* bytes in the window */
	VENDOR_INITIAL = 0x14,	 /* bytes of initial records that are still to be saved */
	VENDOR_DIRTY = 0x18,	 /* bytes of records of memory that changed since it was saved */
	VENDOR_LEFT = 0x1c,	 /* bytes that a stopped device would still save */
	VENDOR_LOG_SHIFT = 0x20, /* of the pages of the log */
	VENDOR_LOG_BASE = 0x28,	 /* 64 bits: a range of IOVAs */
	VENDOR_LOG_LEN = 0x30,	 /* 64 bits */
	VENDOR_WINDOW = 0x1000,	 /* a record, or the pages of the log */
	VENDOR_WINDOW_END = 0x2000,
};

#define VENDOR_WINDOW_SIZE ((unsigned int)VENDOR_WINDOW_END - VENDOR_WINDOW)

enum vendor_state {
	VENDOR_RUNNING = 0,
	VENDOR_QUIET = 1, /* no DMA and no interrupts; accesses of others work */
	VENDOR_STOPPED = 2,
	VENDOR_BROKEN = 3, /* an invalid state was loaded; only a reset helps */
};

enum vendor_status {
	VENDOR_BUSY = 1,   /* the last command is not complete */
	VENDOR_REINIT = 2, /* VENDOR_INITIAL includes memory of a new configuration */
	VENDOR_LOGGING = 4,
};

/* The result is 0 or an errno: 22 if the command is not possible now, and those listed. */
enum vendor_command {
	VENDOR_SAVE_START = 1, /* begin to save; all memory is initial */
	/*
	 * Put the next record into the window. ENODATA: there is none now. After the final record,
	 * which only a stopped device saves, there is never another one.
	 */
	VENDOR_SAVE_NEXT = 2,
	VENDOR_SAVE_END = 3,
	VENDOR_LOAD_START = 4, /* a stopped device begins to load */
	/*
	 * Load the record in the window. EBADMSG: its checksum is wrong. EPROTO: it is not the next
	 * one. EPROTONOSUPPORT: another version. ENXIO: of another kind of device. EMSGSIZE: its
	 * length is wrong. The device is broken after any of these.
	 */
	VENDOR_LOAD = 5,
	VENDOR_LOAD_END = 6, /* ENODATA: the final record is missing */
	VENDOR_LOG_RANGE =
		7, /* add LOG_BASE and LOG_LEN to the ranges. ENOSPC: there are too many */
	VENDOR_LOG_START =
		8, /* log DMA writes to the ranges. EINVAL: there are none, or LOG_SHIFT */
	VENDOR_LOG_STOP = 9, /* and forget the ranges */
	/*
	 * Put the dirty pages of the range LOG_BASE, LOG_LEN into the window, as 64-bit numbers,
	 * and clear those that are wholly inside. EAGAIN: there are more. EOVERFLOW: the log is
	 * full, so any page may be dirty.
	 */
	VENDOR_LOG_QUERY = 10,
};

#define VENDOR_LOG_RANGES    8u
#define VENDOR_LOG_SHIFT_MIN 12u
#define VENDOR_LOG_SHIFT_MAX 21u
#define VENDOR_LOG_QUERY_MAX 64u /* pages in the window */

/* A record: five words, then the payload, in words. */
enum vendor_record {
	VENDOR_RECORD_MAGIC = 0,
	VENDOR_RECORD_KIND = 4,	  /* the version in the upper half, enum vendor_record_kind below */
	VENDOR_RECORD_NUMBER = 8, /* from 0, in the order of the stream */
	VENDOR_RECORD_LENGTH = 12, /* bytes of payload */
	VENDOR_RECORD_SUM = 16,	   /* FNV-1a of the words before, and of the payload */
	VENDOR_RECORD_HEADER = 20,
};

#define VENDOR_MAGIC   0x444e4556u /* "VEND" */
#define VENDOR_VERSION 2u

enum vendor_record_kind {
	VENDOR_RECORD_IDENTITY = 1, /* VENDOR_ID_VALUE, and the number of chunks */
	VENDOR_RECORD_MEMORY = 2,   /* the number of a chunk, and its content */
	VENDOR_RECORD_FINAL = 3,    /* the registers */
};

#endif
