/* SPDX-License-Identifier: GPL-2.0-only */
/* A device that uses every feature of the server library, and a client for it. */
#ifndef TESTS_VFIO_USER_TOY_H
#define TESTS_VFIO_USER_TOY_H

#include "tests/vfio-user/client.h"

#include <unistd.h>

enum {
	TOY_BAR = 0,	/* registers, 4 KiB: bytes that keep what is written, except those below */
	TOY_RAM = 2,	/* memory, 16 KiB, with mappable areas */
	TOY_ROM = 6,	/* read-only */
	TOY_CONFIG = 7, /* 256 bytes */
	TOY_OWN = 9,	/* device-specific type, plain memory, not mappable */
	TOY_BAR_SIZE = 4096,
	TOY_RAM_SIZE = 16384,
	TOY_VECTORS = 4,
	TOY_TRANSFER = 65536, /* maximum transfer in bytes */
};

/* Registers of TOY_BAR, 8 bytes each */
enum toy_reg {
	TOY_DMA_IOVA = 0x100,
	TOY_DMA_LEN = 0x108,   /* at most sizeof(buffer) */
	TOY_DMA_START = 0x110, /* write 1: from memory to the buffer; 2: back */
	TOY_RAISE = 0x120,     /* write n: raise MSI-X vector n */
	TOY_LEVEL = 0x128,     /* write 0 or 1: INTx */
	TOY_FAIL = 0x130,      /* access fails with ERANGE */
	TOY_HANG_UP = 0x138,   /* the server closes the connection */
};

struct toy {
	struct vfu *vfu;
	struct client client;
	int ram_fd;
	unsigned char *ram;
	unsigned char bar[TOY_BAR_SIZE], config[256], own[64];
	unsigned char buffer[TOY_TRANSFER * 2]; /* buffer of the DMA engine */
	int dma_result, irq_result;

	unsigned int accesses, resets, irq_changes, maps, unmaps, connects, disconnects;
};

/* Creates the device, without a socket. Returns 0 or -errno. */
int toy_make(struct toy **toy, const struct vfu_limits *limits);

/* Connects a client through a socket pair. If GREET, negotiates a version. */
int toy_connect(struct toy *toy, bool greet);

/* Closes the client's end and lets the server notice. */
void toy_leave(struct toy *toy);

void toy_free(struct toy **toy);

#define cleanup_toy __attribute__((cleanup(toy_free)))

/* Writes a 64-bit register. Returns as client_ask(). */
int toy_set(struct toy *toy, enum toy_reg reg, uint64_t value);

/* Makes the DMA engine move LEN bytes. Returns as vfu_dma_read(). */
int toy_dma(struct toy *toy, bool write, uint64_t iova, uint64_t len);

/*
 * Creates a memory file of SIZE bytes, filled with a pattern, which can shrink or not. Returns its
 * fd, or -1 on failure.
 */
int memory_file(size_t size, bool can_shrink);

#endif
