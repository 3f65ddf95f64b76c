/* SPDX-License-Identifier: GPL-2.0-only */
/* The echo device: what the device and the guest's program agree on. */
#ifndef TESTS_VFIO_USER_QEMU_ECHO_H
#define TESTS_VFIO_USER_QEMU_ECHO_H

#include <errno.h>

#define ECHO_VENDOR   0x1234
#define ECHO_DEVICE   0x0ec0
#define ECHO_IDENTITY 0x6f686365 /* "echo" */
#define ECHO_SIZE     4096	 /* BAR0: registers of 32 bits */
#define ECHO_MEMORY   16384	 /* BAR2: memory that can be mapped */
#define ECHO_COPY     8192	 /* bytes that are copied at once */

enum echo_reg {
	ECHO_ID = 0x00,	     /* ECHO_IDENTITY */
	ECHO_INVERT = 0x04,  /* reads as the inverse of what was written */
	ECHO_SUM = 0x08,     /* of all bytes of BAR2 */
	ECHO_IOVA = 0x10,    /* 64 bits */
	ECHO_START = 0x18,   /* a write inverts ECHO_COPY bytes of memory at the IOVA */
	ECHO_RESULT = 0x1c,  /* 0 or -errno */
	ECHO_VERDICT = 0x20, /* what the guest found: a write makes the device say "verdict N" */
};

#endif
