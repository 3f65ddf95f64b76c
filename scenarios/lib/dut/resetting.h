/* SPDX-License-Identifier: GPL-2.0-only */
/* A reset, or another action that resets a device, running while the case does something else. */
#ifndef SCENARIOS_LIB_DUT_RESETTING_H
#define SCENARIOS_LIB_DUT_RESETTING_H

#include "scenarios/lib/dut/dut.h"

#include <pthread.h>

struct resetting {
	struct dut *dut;
	int (*act)(struct dut *dut);
	pthread_t thread;
	int done; /* an eventfd, signalled at its end; -1: not started */
	int result;
	int64_t began, ended; /* now_ms() */
};

#define RESETTING_NONE {.done = -1}

/* Start ACT in a thread. Returns 0 or -errno. */
int resetting_begin(struct resetting *resetting, struct dut *dut, int (*act)(struct dut *dut));

/* Returns true if it ends within MS; `result' is then its return value. */
bool resetting_ends(struct resetting *resetting, unsigned int ms);

/*
 * At the end of the scope, wait for its end if it was started. Whatever makes it end
 * (cleanup_faults) must be declared later, so that it runs earlier.
 */
void resetting_cleanup(struct resetting *resetting);
#define cleanup_resetting __attribute__((cleanup(resetting_cleanup)))

#endif
