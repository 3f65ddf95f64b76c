/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of the registers of config space, for people. */
#ifndef LAB_PCI_NAMES_H
#define LAB_PCI_NAMES_H

#include "lab/base/buf.h"
#include "lab/pci/config.h"

/*
 * Appends the name of the register at OFFSET to NAME: "COMMAND", "PCIe.DEVCTL", "VENDOR+1" for its
 * second byte, or "-" if it has none. BYTES has SIZE bytes of config space, whose lists of
 * capabilities may be damaged.
 */
void pci_register_name(const uint8_t *bytes, unsigned int size, unsigned int offset,
		       struct buf *name);

#endif
