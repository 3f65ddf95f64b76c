/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of the registers of config space, for people. */
#ifndef LAB_PCI_NAMES_H
#define LAB_PCI_NAMES_H

#include "lab/base/buf.h"
#include "lab/pci/config.h"

#include <stdbool.h>

/*
 * Appends the name of the register at OFFSET to NAME: "COMMAND", "PCIe.DEVCTL", "VENDOR+1" for its
 * second byte, or "-" if it has none. BYTES has SIZE bytes of config space, whose lists of
 * capabilities may be damaged.
 */
void pci_register_name(const uint8_t *bytes, unsigned int size, unsigned int offset,
		       struct buf *name);

/*
 * Whether a specification defines the byte at OFFSET: it is in the header, or in a capability that
 * is known and not vendor-specific.
 */
bool pci_register_is_standard(const uint8_t *bytes, unsigned int size, unsigned int offset);

#endif
