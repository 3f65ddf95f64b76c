// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/config-header.h"

#include "scenarios/lib/vfio/region.h"

#include "lab/base/buf.h"

static bool is_virtualised(unsigned int at)
{
	return at == PCI_COMMAND || (at >= PCI_BASE_ADDRESS_0 && at < PCI_CARDBUS_CIS);
}

const char *check_header(struct dut *dut)
{
	for (unsigned int at = 0; at < PCI_STD_HEADER_SIZEOF; at += 2) {
		const uint16_t own = pci_config16(dut->address, at), shown = config_read16(dut, at);

		if (!is_virtualised(at) && own != shown)
			return text("the header reads as 0x%x at 0x%x, the device's as 0x%x", shown,
				    at, own);
	}
	return NULL;
}
