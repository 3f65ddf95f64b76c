/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guest does with a device. Each function ends the guest with fail() on a failure. */
#ifndef SCENARIOS_CONSUMER_GUEST_DEVICES_H
#define SCENARIOS_CONSUMER_GUEST_DEVICES_H

#include <stdint.h>

/* QEMU's edu in SLOT: registers, DMA both ways, and MSI, also after it was disabled once. */
void edu_use(unsigned int slot);

/*
 * Intel's 82574 or 82576 in SLOT: it has a MAC address, and wakes from D3hot. The 82574 also has a
 * link without a driver.
 */
void nic_use(unsigned int slot);
void e1000e_use(unsigned int slot);

/*
 * Registers that keep what is written to them until a reset of the device: the address of the
 * receive descriptors.
 */
#define E1000E_RDBAL 0x2800
#define IGB_RDBAL    0xc000

/*
 * Leave a value in the register at AT of the card in SLOT, and check after a reset of
 * the device that it is cleared.
 */
void nic_leave(unsigned int slot, uint32_t at);
void nic_was_reset(unsigned int slot, uint32_t at);

/*
 * A virtual function of the 82576 in SLOT: it resets itself by its mailbox, in which the driver of
 * the physical function answers with the MAC address. Prints "guest: mac ADDRESS".
 */
void igb_vf_use(unsigned int slot);

/*
 * Intel graphics in SLOT: write an OpRegion to its aperture; find a copy of it where the firmware
 * has put what QEMU read from the device.
 */
void igd_write(unsigned int slot);
void igd_use(unsigned int slot);

/* An NVMe controller in SLOT: it identifies itself, by DMA, with the serial number "lab". */
void nvme_use(unsigned int slot);

#endif
