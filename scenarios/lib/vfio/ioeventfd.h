/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO_DEVICE_IOEVENTFD: a value that the kernel writes into a BAR whenever an eventfd is
 * signalled.
 */
#ifndef SCENARIOS_LIB_VFIO_IOEVENTFD_H
#define SCENARIOS_LIB_VFIO_IOEVENTFD_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

/* What is written, and where. */
struct ioeventfd {
	const struct region *region;
	uint64_t offset;
	unsigned int size; /* bytes: 1, 2, 4 or 8 */
	uint64_t data;
};

/*
 * Have the kernel write WRITE when FD, an eventfd, is signalled; FD -1: no longer. 0 or -errno. It
 * has written when event_signal() returns, unless the device's memory was busy at that moment: then
 * it does so soon.
 */
int ioeventfd_set(struct dut *dut, const struct ioeventfd *write, int fd);

#endif
