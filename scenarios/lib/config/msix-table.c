// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/msix-table.h"

#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/config/config-space.h"

#include <linux/pci_regs.h>

uint64_t msix_table_end(struct dut *dut, const struct region *bar)
{
	const unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);
	const uint32_t table = cap ? config_read32(dut, cap + PCI_MSIX_TABLE) : 0;
	uint64_t size;

	if (!cap || (table & PCI_MSIX_TABLE_BIR) != bar->index || table & PCI_MSIX_TABLE_OFFSET)
		return 0;
	size = PCI_MSIX_ENTRY_SIZE *
	       ((config_read16(dut, cap + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1ull);
	return size < bar->size ? size : bar->size;
}
