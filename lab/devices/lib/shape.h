/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device is declared as: changed by words of the command line, and turned into a PCI
 * function.
 */
#ifndef LAB_DEVICES_LIB_SHAPE_H
#define LAB_DEVICES_LIB_SHAPE_H

#include "lab/devices/lib/model.h"

/*
 * Take a parameter that every model has: vendor= device= subvendor= subdevice= class= revision=
 * pin= rom= caps=. 0; -ENOENT for another name; -EINVAL where the value does not do, with a line in
 * WHY.
 */
int shape_take(struct device_shape *shape, const char *word, struct buf *why);

/*
 * Replace the capabilities by those that TEXT names, in that order, with commas between them: pm,
 * pm:noreset, msi:VECTORS, msi:VECTORS:mask, msix:VECTORS@BAR, pcie, pcie:flr, vendor:BYTES, aer,
 * ats, serial, af, vpd, cap:ID:BYTES[:HEX], ecap:ID:BYTES[:HEX]; or "none". 0, or -EINVAL with a
 * line in WHY.
 */
int shape_take_caps(struct device_shape *shape, const char *text, struct buf *why);

/*
 * Make BAR INDEX what TEXT says: "none", or KIND:SIZE with a KIND of mem, mem64, pref, pref64
 * (memory) or io. 0, or -EINVAL with a line in WHY.
 */
int shape_take_bar(struct device_shape *shape, unsigned int index, const char *text,
		   struct buf *why);

/* Whether there is a capability of KIND. */
bool shape_has(const struct device_shape *shape, enum cap_kind kind);

/*
 * Declare it all to FUNCTION, and seal that. The BAR of the MSI-X table is added to SHAPE. 0, or
 * -errno with the reason in WHY.
 */
int shape_build(struct device_shape *shape, struct pci_function *function,
		const struct pci_wire *wire, void *owner, struct buf *why);

/* The parameters of shape_take, for --help. */
extern const char shape_help[];

#endif
