/* SPDX-License-Identifier: GPL-2.0-only */
/* The lists of capabilities in the config space of a dump. */
#ifndef LAB_LSPCI_CHAINS_H
#define LAB_LSPCI_CHAINS_H

#include "lab/lspci/lspci-device.h"

/*
 * End each list before it comes back to a capability that it already has, and note that in
 * DEVICE->invented: QEMU 11.1 follows such a list for ever, so no guest starts with it.
 */
void lspci_cut_loops(struct lspci_device *device);

/* The offset of the first capability ID in BYTES; 0 if there is none. Lists of any shape end. */
unsigned int lspci_find_cap(const uint8_t *bytes, uint8_t id);

/* Remove the capability at AT from the list; its bytes stay. */
void lspci_unlink_cap(uint8_t *bytes, unsigned int at);

#endif
