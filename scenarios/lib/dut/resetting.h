/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reset, or whatever else resets a device, that is under way while the case does something else.
 */
#ifndef SCENARIOS_LIB_DUT_RESETTING_H
#define SCENARIOS_LIB_DUT_RESETTING_H

#include "scenarios/lib/dut/dut.h"

#include <pthread.h>

struct resetting {
	struct dut *dut;
	int (*act)(struct dut *dut);
	pthread_t thread;
	int done; /* an eventfd, signalled at its end; -1: not begun */
	int result;
	int64_t began, ended; /* now_ms() */
};

#define RESETTING_NONE {.done = -1}

/* Begin ACT in a thread of its own. 0 or -errno. */
int resetting_begin(struct resetting *resetting, struct dut *dut, int (*act)(struct dut *dut));

/* Whether it ends within MS; then what it returned is in `result'. */
bool resetting_ends(struct resetting *resetting, unsigned int ms);

/*
 * At the end of the scope, wait for the end, if it was begun. What makes it end (cleanup_faults)
 * must be declared after it, so as to come before it.
 */
void resetting_cleanup(struct resetting *resetting);
#define cleanup_resetting __attribute__((cleanup(resetting_cleanup)))

#endif
