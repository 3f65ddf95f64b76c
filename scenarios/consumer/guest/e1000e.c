// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/consumer/guest/devices.h"

#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

#define STATUS	       0x0008
#define STATUS_LINK_UP 0x2
#define RDBAL	       0x2800 /* address of the receive descriptors, 0 after a reset */
#define RAH0	       0x5404
#define RAH_VALID      0x80000000

#define LEFT 0x12345000

void e1000e_use(unsigned int slot)
{
	uint32_t e1000e = pci_enable(slot);

	await("e1000e has a link", e1000e + STATUS, STATUS_LINK_UP, STATUS_LINK_UP);
	expect("e1000e's address is valid", RAH_VALID, read32(e1000e + RAH0) & RAH_VALID);
}

void e1000e_leave(unsigned int slot)
{
	uint32_t e1000e = pci_enable(slot);

	write32(e1000e + RDBAL, LEFT);
	expect("e1000e's RDBAL", LEFT, read32(e1000e + RDBAL));
}

void e1000e_was_reset(unsigned int slot)
{
	expect("e1000e's RDBAL after the reboot", 0, read32(pci_enable(slot) + RDBAL));
}
