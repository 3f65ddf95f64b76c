/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The type-0 header: identity, BARs, expansion ROM, interrupt pin. PCI Local Bus 3.0, 6.1, 6.2.5,
 * 6.2.5.2.
 */
#ifndef LAB_PCI_HEADER_H
#define LAB_PCI_HEADER_H

#include "lab/pci/config.h"

#define PCI_BARS    6
#define PCI_BAR_ROM PCI_BARS /* stands for the expansion ROM as the number of a BAR */

struct pci_ids {
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class; /* base class, subclass and interface: 0x030000 is a VGA controller */
	uint8_t revision;
};

/*
 * Initialises the header with IDS and interrupt PIN (1 to 4 for INTA# to INTD#, 0 for none). The
 * I/O and memory bits of COMMAND read as 0 until a BAR or a ROM of that space is added, except in a
 * VGA controller.
 */
void pci_header_init(struct pci_config *config, const struct pci_ids *ids, uint8_t pin);

/*
 * Makes it the header of a VF, after its BARs were added (PCIe 9.3.4.1): no IDs of its own, no
 * interrupt pin, and no bit in COMMAND but that of bus mastering.
 */
void pci_header_make_vf(struct pci_config *config);

/* Changes only the identity. */
void pci_header_set_ids(struct pci_config *config, const struct pci_ids *ids);

/*
 * Declares BAR (0 to 5) of SIZE bytes, with PCI_BASE_ADDRESS_* FLAGS (space, type, prefetchable). A
 * 64-bit BAR occupies the next BAR as well. SIZE is a power of two: 4 bytes to 64 KiB of I/O, or at
 * least 16 bytes of memory. Returns 0, -EINVAL for an invalid number, size or flags, or -EBUSY if
 * the BAR is in use.
 */
int pci_header_add_bar(struct pci_config *config, unsigned int bar, uint64_t size, uint32_t flags);

/*
 * Declares an expansion ROM of SIZE bytes, a power of two from 2 KiB to 16 MiB. Returns 0 or
 * -EINVAL.
 */
int pci_header_add_rom(struct pci_config *config, uint64_t size);

/*
 * Returns the address, without flags, that software has assigned to BAR, or to the ROM for
 * PCI_BAR_ROM.
 */
uint64_t pci_header_bar_address(const struct pci_config *config, unsigned int bar);

#endif
