/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers of the echo device, for the device and the guest's program. */
#ifndef TESTS_VFIO_USER_QEMU_ECHO_H
#define TESTS_VFIO_USER_QEMU_ECHO_H

#include <errno.h>

#define ECHO_VENDOR   0x1234
#define ECHO_DEVICE   0x0ec0
#define ECHO_IDENTITY 0x6f686365 /* "echo" */
#define ECHO_SIZE     4096	 /* BAR0: registers of 32 bits */
#define ECHO_MEMORY   16384	 /* BAR2: mappable memory */
#define ECHO_COPY     8192	 /* bytes per copy */

enum echo_reg {
	ECHO_ID = 0x00,	     /* ECHO_IDENTITY */
	ECHO_INVERT = 0x04,  /* reads as the inverse of what was written */
	ECHO_SUM = 0x08,     /* sum of all bytes of BAR2 */
	ECHO_IOVA = 0x10,    /* 64 bits */
	ECHO_START = 0x18,   /* a write inverts ECHO_COPY bytes of memory at the IOVA */
	ECHO_RESULT = 0x1c,  /* 0 or -errno */
	ECHO_VERDICT = 0x20, /* result of the guest: a write makes the device print "verdict N" */
};

#endif
