/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers of the card, for its model, its DUT driver and its scenarios. BAR0, 32 bits wide. */
#ifndef LAB_DEVICES_ACME_REGS_H
#define LAB_DEVICES_ACME_REGS_H

#define ACME_VENDOR 0x1234
#define ACME_DEVICE 0x7ef0

enum acme_reg {
	ACME_KEY = 0x00,      /* the key that the user sets; closing the device keeps it */
	ACME_DOORBELL = 0x04, /* a write raises MSI vector 0 */
	ACME_RINGS = 0x08,    /* read-only: number of writes to the doorbell */
};

#endif
