/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ids that a driver is given while it runs, through its files new_id and remove_id
 * (Documentation/ABI/testing/sysfs-bus-pci). They hold for every device of the kind, with
 * driver_override or without, so all but the one under test are kept away from drivers meanwhile.
 */
#ifndef SCENARIOS_LIB_PCI_DYNID_H
#define SCENARIOS_LIB_PCI_DYNID_H

#include "lab/base/list.h"

struct dynid {
	const char *driver;
	char *id;	   /* "VENDOR DEVICE", in hexadecimal */
	struct list aside; /* the other devices of the kind that had no driver */
};

/*
 * Prepare for giving DRIVER the id of the device at ADDRESS: the others of the kind are kept away
 * by a driver_override that no driver has. 0 or -errno; what was done is in DYNID either way.
 */
int dynid_prepare(struct dynid *dynid, const char *driver, const char *address);

/*
 * Write the id to new_id, and behind it FURTHER fields ("" for none; subvendor, subdevice, class,
 * mask, data). Blocks while the driver probes. 0 or -errno.
 */
int dynid_add(const struct dynid *dynid, const char *further);

/*
 * Remove the ID again, once; devices that are bound stay so. Returns 0 or -errno (-ENODEV if the
 * driver lacks the ID).
 */
int dynid_remove(const struct dynid *dynid);

/* Take it away however often it was given, and let the others go; for cleanup_dynid. */
void dynid_free(struct dynid *dynid);

#define cleanup_dynid __attribute__((cleanup(dynid_free)))

#endif
