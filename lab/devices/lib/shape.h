/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shape of a device: parses words of the command line into it, and makes a PCI function from
 * it.
 */
#ifndef LAB_DEVICES_LIB_SHAPE_H
#define LAB_DEVICES_LIB_SHAPE_H

#include "lab/devices/lib/model.h"

/*
 * Parses a parameter that every model has: vendor= device= subvendor= subdevice= class= revision=
 * pin= rom= caps=. Returns 0, -ENOENT for another name, or -EINVAL with a message in WHY if the
 * value is invalid.
 */
int shape_take(struct device_shape *shape, const char *word, struct buf *why);

/*
 * Replaces the capabilities with those in TEXT, a comma-separated list in the order of the chain:
 * pm, pm:noreset, msi:VECTORS, msi:VECTORS:mask, msix:VECTORS@BAR, pcie, pcie:flr, vendor:BYTES,
 * aer, ats, serial, af, vpd, cap:ID:BYTES[:HEX], ecap:ID:BYTES[:HEX]; or "none". Returns 0, or
 * -EINVAL with a message in WHY.
 */
int shape_take_caps(struct device_shape *shape, const char *text, struct buf *why);

/*
 * Sets BAR INDEX to TEXT: "none", or KIND:SIZE with KIND one of mem, mem64, pref, pref64 (memory)
 * or io, and SIZE in bytes. Returns 0, or -EINVAL with a message in WHY.
 */
int shape_take_bar(struct device_shape *shape, unsigned int index, const char *text,
		   struct buf *why);

/* Returns true if SHAPE has a capability of KIND. */
bool shape_has(const struct device_shape *shape, enum cap_kind kind);

/*
 * Declares SHAPE to FUNCTION and seals FUNCTION. Adds the BAR of the MSI-X table to SHAPE. Returns
 * 0, or -errno with a message in WHY.
 */
int shape_build(struct device_shape *shape, struct pci_function *function,
		const struct pci_wire *wire, void *owner, struct buf *why);

/* The parameters of shape_take(), for --help. */
extern const char shape_help[];

#endif
