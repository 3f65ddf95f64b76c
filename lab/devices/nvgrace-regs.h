/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of nvgrace in BAR0. All are 32 bits wide and little-endian. Pairs of registers hold 64
 * bits, low half first. The two of readiness are where nvgrace-gpu-vfio-pci of Linux reads them;
 * the others are the lab's own.
 */
#ifndef LAB_DEVICES_NVGRACE_REGS_H
#define LAB_DEVICES_NVGRACE_REGS_H

#define NVGRACE_VENDOR 0x10de
#define NVGRACE_DEVICE 0x2342 /* GH200 with 120 GB */

#define NVGRACE_ID_VALUE 0x2342b0a5u
#define NVGRACE_READY	 0xffu

enum nvgrace_reg {
	NVGRACE_ID = 0x00,
	NVGRACE_RESULT = 0x04,	/* errno of the last interrupt or copy */
	NVGRACE_TRIGGER = 0x08, /* raises this MSI vector */
	NVGRACE_MARK = 0x0c,	/* stores what is written */
	NVGRACE_FROM = 0x10,	/* 64 bits */
	NVGRACE_TO = 0x18,	/* 64 bits */
	NVGRACE_LEN = 0x20,	/* copies so many bytes, at most NVGRACE_COPY_MAX */
	NVGRACE_SCRATCH = 0x100,
	NVGRACE_SCRATCH_END = 0x1000,
	NVGRACE_C2C_LINK = 0x1498, /* NVGRACE_READY: the link to the processor is up */
	/* NVGRACE_READY: the memory can be used. */
	NVGRACE_HBM_TRAINING = 0x200bc,
};

#define NVGRACE_COPY_MAX 4096u

#endif
