/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hot reset: a reset of a bus or slot, and so of all functions on it.
 * VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET (include/uapi/linux/vfio.h).
 */
#ifndef SCENARIOS_LIB_VFIO_HOT_RESET_H
#define SCENARIOS_LIB_VFIO_HOT_RESET_H

#include "scenarios/lib/dut/dut.h"

#include <stdbool.h>

#define HOT_MAX 16

/* The functions that a hot reset of one of them resets. */
struct hot_set {
	unsigned int count;
	bool by_device; /* members have IDs of devices in the iommufd, instead of groups */
	bool owned;	/* all of them belong to the caller; valid with by_device */
	struct hot_member {
		char address[PCI_ADDRESS];
		int group; /* or ID, VFIO_PCI_DEVID_OWNED or VFIO_PCI_DEVID_NOT_OWNED */
	} members[HOT_MAX];
};

/*
 * Get them from VFIO. Returns 0 or -errno: -ENODEV if a hot reset is impossible, -E2BIG beyond
 * HOT_MAX.
 */
int hot_set_ask(struct dut *dut, struct hot_set *set);

/*
 * The same with room for ROOM members. Returns the ioctl's result; *COUNT gets the number that it
 * reports.
 */
int hot_set_ask_short(struct dut *dut, unsigned int room, unsigned int *count);

/*
 * Returns the number of functions that a hot reset of the device resets, according to sysfs: those
 * below the bridge above it, or, if pciehp can reset the device's slot, those in the slot. 0 if the
 * device is on a root bus.
 */
unsigned int hot_functions(const char *address);

/*
 * Hot reset of DUT, whose set belongs to its group or, in mode cdev, to its iommufd. Returns 0 or
 * -errno. Blocks, 100 ms and more. vfio_hot_reset() takes any groups.
 */
int hot_reset(struct dut *dut);

#endif
