/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps that make a device of a function of a dump: for lab/lspci only. */
#ifndef LAB_LSPCI_PARTS_H
#define LAB_LSPCI_PARTS_H

#include "lab/lspci/lspci-device.h"

/* -EINVAL with the reason in WHY unless F, which is of KIND, is an endpoint. */
int lspci_refuse(const struct lspci_function *f, enum lspci_kind kind, struct buf *why);

/* -EINVAL with the reason in WHY if DEVICE, which was made from F, is one of virtio. */
int lspci_refuse_virtio(const struct lspci_function *f, const struct lspci_device *device,
			struct buf *why);

/*
 * Clear addresses in config space that are those of the dump's machine, and add a line for each to
 * DEVICE->invented.
 */
void lspci_drop_addresses(struct lspci_device *device);

/*
 * Set BARs and ROM of DEVICE, whose config space is complete. Those for which a guest has no room
 * are left out or limited, and so is an MSI-X capability whose BAR is left out.
 */
void lspci_add_bars(const struct lspci_function *f, struct lspci_device *device);

#endif
