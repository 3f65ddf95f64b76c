/* SPDX-License-Identifier: GPL-2.0-only */
/* The lists of capabilities in the config space of a dump. */
#ifndef LAB_LSPCI_CHAINS_H
#define LAB_LSPCI_CHAINS_H

#include "lab/lspci/device.h"

/*
 * End each list before it comes back to a capability that it already has, and note that in
 * DEVICE->invented: QEMU 11.1 follows such a list for ever, so no guest starts with it.
 */
void lspci_cut_loops(struct lspci_device *device);

#endif
