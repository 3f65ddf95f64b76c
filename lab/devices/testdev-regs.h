/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of testdev, for the model and its DUT driver. BAR0, 32 bits wide, little-endian. An
 * address takes two registers, the low half first. BAR1 (I/O), BAR2 and BAR5 are plain memory; BAR4
 * has the MSI-X table.
 */
#ifndef LAB_DEVICES_TESTDEV_REGS_H
#define LAB_DEVICES_TESTDEV_REGS_H

#define TESTDEV_VENDOR 0x1234
#define TESTDEV_DEVICE 0x7e57

enum testdev_reg {
	TESTDEV_ID = 0x00,
	TESTDEV_VERSION = 0x04,

	TESTDEV_INTX = 0x10, /* 1 asserts, 0 deasserts */
	TESTDEV_MSI = 0x14,  /* raises the written vector */
	TESTDEV_MSIX = 0x18, /* likewise */
	/* Errno of the last message, 0 if it was sent or is pending. */
	TESTDEV_IRQ_RESULT = 0x1c,

	TESTDEV_RESETS_FLR = 0x20, /* resets since the start; no reset clears the counters */
	TESTDEV_RESETS_PM = 0x24,
	TESTDEV_RESETS_BUS = 0x28,
	TESTDEV_MARK = 0x2c, /* keeps the written value until a reset */

	TESTDEV_DMA_FROM = 0x40, /* 64 bits */
	TESTDEV_DMA_TO = 0x48,	 /* 64 bits */
	TESTDEV_DMA_LEN = 0x50,	 /* bytes, or entries of a list */
	TESTDEV_DMA_CMD =
		0x54, /* enum testdev_dma; starts the DMA, which completes before the write does */
	TESTDEV_DMA_RESULT = 0x58, /* errno of the last command */
	TESTDEV_DMA_SEED =
		0x5c, /* first word of the pattern; each word is one more than the previous */
	TESTDEV_DMA_WRONG = 0x60, /* words that differed from the pattern in the last check */

	TESTDEV_SCRATCH = 0x80, /* 32 words that keep their values until a reset */
	TESTDEV_SCRATCH_END = 0x100,
};

enum testdev_dma {
	TESTDEV_DMA_COPY = 1,  /* copies LEN bytes from FROM to TO */
	TESTDEV_DMA_FILL = 2,  /* fills LEN bytes at TO with the pattern */
	TESTDEV_DMA_CHECK = 3, /* compares LEN bytes at FROM with the pattern */
	TESTDEV_DMA_LIST = 4,  /* copies according to LEN entries at FROM */
};

/* An entry of a list: little-endian, 24 bytes. */
struct testdev_entry {
	unsigned long long from, to, len;
};

#define TESTDEV_ID_VALUE     0x7e57de71u
#define TESTDEV_DMA_MAX	     0x100000u /* maximum bytes of one copy */
#define TESTDEV_DMA_LIST_MAX 256u      /* maximum entries of one list */

#endif
