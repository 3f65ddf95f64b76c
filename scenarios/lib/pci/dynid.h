/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IDs added to a driver at run time, through its files new_id and remove_id
 * (Documentation/ABI/testing/sysfs-bus-pci). They match every device of the kind, with
 * driver_override or without, so drivers must not bind to any other such device meanwhile.
 */
#ifndef SCENARIOS_LIB_PCI_DYNID_H
#define SCENARIOS_LIB_PCI_DYNID_H

#include "lab/base/list.h"

struct dynid {
	const char *driver;
	char *id;	   /* "VENDOR DEVICE", in hexadecimal */
	struct list aside; /* the other devices of the kind without a driver */
};

/*
 * Prepare to add the ID of the device at ADDRESS to DRIVER: give the others of the kind a
 * driver_override that matches no driver. Returns 0 or -errno; in both cases DYNID has what must be
 * undone.
 */
int dynid_prepare(struct dynid *dynid, const char *driver, const char *address);

/*
 * Write the ID to new_id, followed by FURTHER fields ("" for none; subvendor, subdevice, class,
 * mask, data). Blocks while the driver probes. Returns 0 or -errno.
 */
int dynid_add(const struct dynid *dynid, const char *further);

/*
 * Remove the ID again, once; devices that are bound stay so. Returns 0 or -errno (-ENODEV if the
 * driver lacks the ID).
 */
int dynid_remove(const struct dynid *dynid);

/* Remove the ID as often as it was added, and release the other devices; for cleanup_dynid. */
void dynid_free(struct dynid *dynid);

#define cleanup_dynid __attribute__((cleanup(dynid_free)))

#endif
