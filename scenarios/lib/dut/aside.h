/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An administrator's act on a device that somebody uses, such as an unbind: in a child process,
 * because it waits for the user and cannot be killed meanwhile.
 */
#ifndef SCENARIOS_LIB_DUT_ASIDE_H
#define SCENARIOS_LIB_DUT_ASIDE_H

#include "scenarios/lib/dut/dut.h"

#include <sys/types.h>

struct aside {
	pid_t pid; /* 0: not started, or awaited */
	int done;  /* a descriptor that is readable once the child has ended */
};

#define ASIDE_NONE ((struct aside){.done = -1})

/*
 * Start ACT, which returns 0 or -errno, with ADDRESS in a child without the files of VFIO. Maps of
 * the device must be marked with MADV_DONTFORK. Returns 0 or -errno.
 */
int aside_begin(struct aside *aside, int (*act)(const char *address), const char *address,
		struct vfio *vfio);

/*
 * Start ACT as above, for which VFIO must ask the user of DUT to close it: by REQUEST, the eventfd
 * of its request interrupt. DUT, which is open, need not be the device at ADDRESS: it may be a VF
 * of that. Returns NULL once the user was asked, or a message. Blocks for up to the DUT's wait_ms.
 */
const char *check_aside_asks(struct aside *aside, int (*act)(const char *address),
			     const char *address, struct dut *dut, int request);

/* Returns NULL if ACT is still going on after MS milliseconds, or a message. */
const char *check_aside_waits(const struct aside *aside, unsigned int ms);

/* Returns NULL if ACT ends within MS milliseconds and returns 0, or a message. */
const char *check_aside_ends(struct aside *aside, unsigned int ms);

/*
 * For cleanup_aside. Does not wait: the child ends when the device is closed, at the latest when
 * this process ends.
 */
void aside_forget(struct aside *aside);

#define cleanup_aside __attribute__((cleanup(aside_forget)))

#endif
