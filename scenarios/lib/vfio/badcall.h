/* SPDX-License-Identifier: GPL-2.0-only */
/* A table of VFIO ioctls with one error in each. */
#ifndef SCENARIOS_LIB_VFIO_BADCALL_H
#define SCENARIOS_LIB_VFIO_BADCALL_H

#include "scenarios/lib/dut/dut.h"

#include <stdbool.h>

enum badcall_file {
	BADCALL_DEVICE,
	BADCALL_GROUP,
	BADCALL_CONTAINER,
};

struct badcall {
	const char *name; /* CALL.ERROR */
	enum badcall_file file;
	unsigned long request;
	/* The errno that include/uapi/linux/vfio.h promises, or any system call; 0: none. */
	int promised;
	const void *arg; /* instead of the words; may be a bad pointer */
	uint32_t words
		/*
		 * The structure. VFIO's structures consist of 32-bit words, on a little-endian
		 * machine.
		 */
		[9];
};

/* An argument that is not mapped in any process. */
#define BADCALL_POINTER ((const void *)8)

/* The table; its end is an entry without a name. */
extern const struct badcall badcalls[];

/* Whether DUT has the file of CALL: in mode cdev there is neither a group nor a container. */
bool badcall_has_file(const struct dut *dut, const struct badcall *call);

/*
 * Make CALL on the open DUT. Returns the ioctl's result, or -errno. Undoes the effect of a call
 * that succeeded.
 */
int badcall_make(struct dut *dut, const struct badcall *call);

#endif
