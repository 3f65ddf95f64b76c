/* SPDX-License-Identifier: GPL-2.0-only */
/* An unmap in a thread, because it waits for the driver of a device that has pinned the memory. */
#ifndef SCENARIOS_PIN_UNMAPPING_H
#define SCENARIOS_PIN_UNMAPPING_H

#include "scenarios/lib/dut/dut.h"

#include <pthread.h>
#include <stdbool.h>

struct unmapping {
	struct dut *dut;
	uint64_t iova, size;
	pthread_t thread;
	bool started;
	int done; /* an eventfd that is signalled at its end */
	int err;
	uint64_t unmapped;
};

/* Start it. DUT, IOVA and SIZE are set. Returns 0 or -errno. */
int unmapping_start(struct unmapping *unmapping);

/* Returns NULL if it does not end within MS milliseconds, or a message. */
const char *check_unmapping_waits(const struct unmapping *unmapping, unsigned int ms);

/* Returns NULL if it ends in time and has unmapped SIZE bytes, or a message. */
const char *check_unmapped(const struct unmapping *unmapping);

/* Have the driver go on, and wait for its end. */
void unmapping_end(struct unmapping *unmapping);

#define cleanup_unmapping __attribute__((cleanup(unmapping_end)))

#endif
