/* SPDX-License-Identifier: GPL-2.0-only */
/* A device that copies without pause, in a thread, while something else happens. */
#ifndef SCENARIOS_LIB_DUT_COPYING_H
#define SCENARIOS_LIB_DUT_COPYING_H

#include "scenarios/lib/dut/dut.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct copying {
	struct dut *dut; /* open and started */
	uint64_t to, from;
	size_t len;
	pthread_t thread;
	atomic_uint ended;  /* copies that ended, well or not */
	atomic_uint copied; /* those that succeeded */
	atomic_bool stop;
	bool started;
};

/* Start it; the members up to LEN are set. Returns 0 or -errno. */
int copying_start(struct copying *copying);

/* Wait for COUNT more copies to succeed. Returns false if they do not within the DUT's wait_ms. */
bool copying_await(struct copying *copying, unsigned int count);

/* Stop it, and wait for the end of the last copy. */
void copying_end(struct copying *copying);

#define cleanup_copying __attribute__((cleanup(copying_end)))

#endif
