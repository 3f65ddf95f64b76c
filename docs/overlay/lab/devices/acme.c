// SPDX-License-Identifier: GPL-2.0-only
/* acme: the card of docs/overlay.md. It has no function-level reset, so it keeps its key. */
#include "lab/devices/acme-regs.h"

#include "lab/devices/lib/model.h"

#include <string.h>

struct acme {
	uint32_t key, rings;
};

static uint64_t acme_read(struct device *device, uint64_t offset,
			  unsigned int len __attribute__((unused)))
{
	const struct acme *acme = device_state(device);

	switch (offset) {
	case ACME_KEY:
		return acme->key;
	case ACME_RINGS:
		return acme->rings;
	default:
		return 0;
	}
}

static void acme_write(struct device *device, uint64_t offset, uint64_t value, unsigned int len)
{
	struct acme *acme = device_state(device);

	if (len != 4)
		return;
	if (offset == ACME_KEY) {
		acme->key = (uint32_t)value;
	} else if (offset == ACME_DOORBELL) {
		acme->rings++;
		device_message(device, PCI_IRQ_MSI, 0);
	}
}

static void acme_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	memset(device_state(device), 0, sizeof(struct acme));
}

static const struct bar_ops acme_registers = {.read = acme_read, .write = acme_write};

DEVICE_MODEL(acme, .summary = "the card of docs/overlay.md",
	     .registers = "  BAR0  32-bit registers: lab/devices/acme-regs.h\n",
	     .shape = {.ids = {.vendor = ACME_VENDOR, .device = ACME_DEVICE, .class = 0x108000},
		       .bars = {[0] = BAR_MMIO(SZ_4K, &acme_registers)},
		       .caps = {CAP_MSI(1), CAP_PM_NO_RESET(), CAP_PCIE()}},
	     .state_size = sizeof(struct acme), .reset = acme_reset);
