// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/consumer/guest/pci.h"

#include "scenarios/consumer/guest/io.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000
#define SLOTS	       32

#define COMMAND		 0x04
#define COMMAND_MEMORY	 0x2
#define COMMAND_MASTER	 0x4
#define BAR0		 0x10
#define BAR_FLAGS	 0xf
#define CAPABILITIES	 0x34
#define CAPABILITY_PM	 0x01
#define CAPABILITY_MSI	 0x05
#define CAPABILITIES_MAX 48
#define PM_CONTROL	 0x04
#define PM_STATE	 0x3
#define PM_D3HOT	 0x3
#define MSI_ENABLE	 0x00010000
#define MSI_64		 0x00800000

/* Above all memory, and below what the firmware uses. */
#define PLUGGED_BAR 0xd0000000

#define APIC		 0xfee00000
#define APIC_SPURIOUS	 0xf0
#define APIC_SPURIOUS_ON 0x1ff
#define APIC_IRR	 0x200

static void choose(unsigned int slot, unsigned int at)
{
	out32(CONFIG_ADDRESS, CONFIG_ENABLE | slot << 11 | (at & 0xfc));
}

uint32_t pci_read(unsigned int slot, unsigned int at)
{
	choose(slot, at);
	return in32(CONFIG_DATA);
}

void pci_write(unsigned int slot, unsigned int at, uint32_t value)
{
	choose(slot, at);
	out32(CONFIG_DATA, value);
}

int pci_find(uint32_t id)
{
	for (unsigned int slot = 0; slot < SLOTS; slot++)
		if (pci_read(slot, 0) == id)
			return (int)slot;
	return -1;
}

uint32_t pci_enable(unsigned int slot)
{
	if (!(pci_read(slot, BAR0) & ~BAR_FLAGS))
		pci_write(slot, BAR0, PLUGGED_BAR);
	/* The upper half is status, whose bits are cleared by 1. */
	pci_write(slot, COMMAND,
		  (pci_read(slot, COMMAND) & 0xffff) | COMMAND_MEMORY | COMMAND_MASTER);
	return pci_read(slot, BAR0) & ~BAR_FLAGS;
}

unsigned int pci_capability(unsigned int slot, uint8_t id)
{
	unsigned int at = pci_read(slot, CAPABILITIES) & 0xfc;

	for (int i = 0; at && i < CAPABILITIES_MAX; i++) {
		uint32_t header = pci_read(slot, at);

		if ((header & 0xff) == id)
			return at;
		at = header >> 8 & 0xfc;
	}
	return 0;
}

static void set_power_state(unsigned int slot, unsigned int at, uint32_t state)
{
	pci_write(slot, at, (pci_read(slot, at) & ~PM_STATE) | state);
	expect("the power state", state, pci_read(slot, at) & PM_STATE);
}

void pci_sleep_and_wake(unsigned int slot)
{
	unsigned int at = pci_capability(slot, CAPABILITY_PM);

	if (!at)
		fail("offset of the power management capability", 1, 0);
	set_power_state(slot, at + PM_CONTROL, PM_D3HOT);
	set_power_state(slot, at + PM_CONTROL, 0);
}

void msi_enable(unsigned int slot, uint8_t vector)
{
	unsigned int at = pci_capability(slot, CAPABILITY_MSI);
	uint32_t control = pci_read(slot, at);

	if (!at)
		fail("offset of the MSI capability", 1, 0);
	pci_write(slot, at + 4, APIC);
	pci_write(slot, at + 8, control & MSI_64 ? 0 : vector);
	if (control & MSI_64)
		pci_write(slot, at + 12, vector);
	pci_write(slot, at, control | MSI_ENABLE);
}

void msi_disable(unsigned int slot)
{
	unsigned int at = pci_capability(slot, CAPABILITY_MSI);

	pci_write(slot, at, pci_read(slot, at) & ~MSI_ENABLE);
}

void irq_prepare(void)
{
	write32(APIC + APIC_SPURIOUS, APIC_SPURIOUS_ON);
}

void irq_await(const char *what, uint8_t vector)
{
	uint32_t bit = 1u << vector % 32;

	await(what, APIC + APIC_IRR + vector / 32 * 0x10, bit, bit);
}
