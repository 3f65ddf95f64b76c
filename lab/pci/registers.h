/* SPDX-License-Identifier: GPL-2.0-only */
/* The registers of capabilities by their specifications: sizes, and what software can write. */
#ifndef LAB_PCI_REGISTERS_H
#define LAB_PCI_REGISTERS_H

#include "lab/pci/config.h"

/*
 * The size in bytes of the capability at AT of an image, header included. Never less than 4, and
 * not limited to the config space. A capability of unknown ID counts as a header alone.
 */
unsigned int pci_cap_size(const uint8_t *bytes, unsigned int at);

/*
 * Set the masks of the capability (of the extended one) at AT, and clear what is clear after
 * power-on. A capability that does not fit into config space keeps no mask.
 */
void pci_cap_masks(struct pci_config *config, unsigned int at);
void pci_ecap_masks(struct pci_config *config, unsigned int at);

#endif
