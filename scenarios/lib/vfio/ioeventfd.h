/* SPDX-License-Identifier: GPL-2.0-only */
/* VFIO_DEVICE_IOEVENTFD: the kernel writes a value to a BAR whenever an eventfd is signalled. */
#ifndef SCENARIOS_LIB_VFIO_IOEVENTFD_H
#define SCENARIOS_LIB_VFIO_IOEVENTFD_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

/* The value to write, and its location. */
struct ioeventfd {
	const struct region *region;
	uint64_t offset;
	unsigned int size; /* bytes: 1, 2, 4 or 8 */
	uint64_t data;
};

/*
 * Have the kernel write WRITE when the eventfd FD is signalled; FD -1 disables that. Returns 0 or
 * -errno. The write is done when event_signal() returns, unless the device's memory was locked at
 * that moment: then it follows soon.
 */
int ioeventfd_set(struct dut *dut, const struct ioeventfd *write, int fd);

#endif
