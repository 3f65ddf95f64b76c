// SPDX-License-Identifier: GPL-2.0-only
/* Addresses outside of BARs that firmware or hardware of the dump's machine has chosen. */
#include "lab/lspci/chains.h"
#include "lab/lspci/parts.h"

#include <linux/pci_regs.h>

#define PCI_VENDOR_INTEL 0x8086
#define PCI_CLASS_VGA	 0x0300
#define INTEL_ASLS	 0xfcu

/*
 * The firmware writes the address of the OpRegion, a table in the host's memory, to a register of
 * Intel graphics. The guest has no such table. vfio-pci refuses a device whose address is wrong.
 */
static void drop_opregion(struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;

	if (pci_get16(bytes, PCI_VENDOR_ID) != PCI_VENDOR_INTEL ||
	    pci_get16(bytes, PCI_CLASS_DEVICE) != PCI_CLASS_VGA || !pci_get32(bytes, INTEL_ASLS))
		return;
	pci_set32(bytes, INTEL_ASLS, 0);
	list_add(&device->invented, "no OpRegion (its address, at 0xfc, is that of a table in the "
				    "memory of the dump's machine)");
}

/*
 * Entries of Enhanced Allocation place BARs at fixed addresses, at which the guest may have
 * memory. Linux skips entries that are not enabled, and places the BARs itself.
 */
static void disable_enhanced_allocation(struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;
	const unsigned int cap = lspci_find_cap(bytes, PCI_CAP_ID_EA);
	unsigned int at = cap + PCI_EA_FIRST_ENT, count, disabled = 0;

	if (!cap)
		return;
	count = bytes[cap + PCI_EA_NUM_ENT] & PCI_EA_NUM_ENT_MASK;
	for (; count && at + 4 <= PCI_CONFIG_ORDINARY; count--) {
		const uint32_t entry = pci_get32(bytes, at);

		disabled += !!(entry & PCI_EA_ENABLE);
		pci_set32(bytes, at, entry & ~PCI_EA_ENABLE);
		at += 4 * ((entry & PCI_EA_ES) + 1);
	}
	if (disabled)
		list_addf(&device->invented,
			  "Enhanced Allocation is disabled (its addresses are those of the dump's "
			  "machine)");
}

void lspci_drop_addresses(struct lspci_device *device)
{
	drop_opregion(device);
	disable_enhanced_allocation(device);
}
