/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guest does with a device. Each function ends the guest with fail() on a failure. */
#ifndef SCENARIOS_CONSUMER_GUEST_DEVICES_H
#define SCENARIOS_CONSUMER_GUEST_DEVICES_H

/* QEMU's edu in SLOT: registers, DMA both ways, and MSI, also after it was disabled once. */
void edu_use(unsigned int slot);

/* Intel's 82574 in SLOT: it has a MAC address and a link. */
void e1000e_use(unsigned int slot);

/*
 * Leave a value in a register of the 82574 in SLOT, and check in the next boot of the machine that
 * a reset of the device has cleared it.
 */
void e1000e_leave(unsigned int slot);
void e1000e_was_reset(unsigned int slot);

/* An NVMe controller in SLOT: it identifies itself, by DMA, with the serial number "lab". */
void nvme_use(unsigned int slot);

#endif
