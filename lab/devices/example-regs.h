/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the model example (a lamp), for the model and its DUT driver. BAR0, 32 bits wide. A
 * reset clears them.
 */
#ifndef LAB_DEVICES_EXAMPLE_REGS_H
#define LAB_DEVICES_EXAMPLE_REGS_H

#define LAMP_VENDOR 0x1234
#define LAMP_DEVICE 0x7e01

enum lamp_reg {
	LAMP_BRIGHTNESS = 0x00, /* 0 to the maximum, a parameter; a new value raises MSI vector 0 */
	LAMP_CHANGES = 0x04,	/* read-only: number of brightness changes */
	LAMP_COLOUR = 0x08,	/* keeps what is written */
};

#endif
