// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/consumer/guest/devices.h"

#include "scenarios/consumer/guest/io.h"
#include "scenarios/consumer/guest/pci.h"

#define STATUS	       0x0008
#define STATUS_LINK_UP 0x2
#define RAL0	       0x5400
#define RAH0	       0x5404
#define SECOND_ADDRESS 8 /* from the first to the second address that the card accepts */
#define RAH_VALID      0x80000000

#define LEFT 0x12345000

/* A card that sleeps reads as ones, which the other checks would take for a link. */
static void check_awake(uint32_t nic)
{
	write32(nic + RAL0 + SECOND_ADDRESS, LEFT);
	expect("a register of the card", LEFT, read32(nic + RAL0 + SECOND_ADDRESS));
}

void nic_use(unsigned int slot)
{
	uint32_t nic = pci_enable(slot);

	check_awake(nic);
	pci_sleep_and_wake(slot);
	nic = pci_enable(slot);
	check_awake(nic);
	expect("the card's address is valid", RAH_VALID, read32(nic + RAH0) & RAH_VALID);
}

void e1000e_use(unsigned int slot)
{
	nic_use(slot);
	await("the card has a link", pci_enable(slot) + STATUS, STATUS_LINK_UP, STATUS_LINK_UP);
}

void nic_leave(unsigned int slot, uint32_t at)
{
	uint32_t nic = pci_enable(slot);

	write32(nic + at, LEFT);
	expect("the card's RDBAL", LEFT, read32(nic + at));
}

void nic_was_reset(unsigned int slot, uint32_t at)
{
	expect("the card's RDBAL after the reset", 0, read32(pci_enable(slot) + at));
}
