/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Config space as it was read from a device becomes that of a function: every capability stays at
 * its offset, with its version and its bits, in its place in the list. The specifications give the
 * bits that software can write, and those that are clear after power-on whatever software had set.
 */
#ifndef LAB_PCI_IMAGE_H
#define LAB_PCI_IMAGE_H

#include "lab/pci/function.h"

struct pci_image {
	unsigned int size; /* in bytes: PCI_CONFIG_ORDINARY or PCI_CONFIG_MAX */
	uint8_t bytes[PCI_CONFIG_MAX];
};

/*
 * Begin a function in place of pci_function_init and the builders of capabilities. BARs and ROM
 * are added to it as to any other (lab/pci/header.h); those of IMAGE are dropped, since their sizes
 * are not in it.
 *
 * Double words outside of capabilities, and the contents of vendor-specific ones, can be written
 * if they are not 0: such registers are the vendor's. Capabilities with no entry in
 * lab/pci/registers.c are read-only.
 *
 * Returns 0; -EINVAL if IMAGE does not have a header of type 0; -ENOMEM.
 */
int pci_function_from_image(struct pci_function *function, const struct pci_image *image,
			    const struct pci_wire *wire, void *owner);

#endif
