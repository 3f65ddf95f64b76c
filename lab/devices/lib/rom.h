/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An expansion ROM that firmware recognises but does not run. PCI Firmware Specification 3.0, 5.1.
 */
#ifndef LAB_DEVICES_LIB_ROM_H
#define LAB_DEVICES_LIB_ROM_H

#include "lab/pci/header.h"

/*
 * Fills SIZE bytes (at least 2 KiB) at ROM with an image for a device with IDS: signature, PCI data
 * structure, a pattern (each byte is the low byte of its offset), and a checksum that makes the
 * bytes of the image add up to 0.
 */
void rom_fill(const struct pci_ids *ids, uint8_t *rom, uint64_t size);

#endif
