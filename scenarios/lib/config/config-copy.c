// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/config-copy.h"

#include "scenarios/lib/pci/pci.h"

#include <linux/pci_regs.h>
#include <stddef.h>
#include <string.h>

int config_copy_take(struct config_copy *copy, const char *address)
{
	return pci_config(address, 0, copy->word, sizeof(copy->word));
}

bool config_copy_lost(const struct config_copy *copy, const char *address)
{
	const size_t first = PCI_BASE_ADDRESS_0 / 2, count = PCI_CARDBUS_CIS / 2 - first;
	struct config_copy now;

	return !config_copy_take(&now, address) &&
	       (now.word[PCI_COMMAND / 2] != copy->word[PCI_COMMAND / 2] ||
		memcmp(now.word + first, copy->word + first, count * sizeof(*now.word)));
}

/*
 * COMMAND comes last, because a BAR must not be decoded with half an address. Writing the adjacent
 * STATUS clears its bits.
 */
void config_copy_put_back(const struct config_copy *copy, const char *address)
{
	struct config_copy now;

	if (config_copy_take(&now, address))
		return;
	for (size_t i = PCI_CACHE_LINE_SIZE / 2; i < CONFIG_COPY_WORDS; i++)
		if (now.word[i] != copy->word[i])
			pci_config_write16(address, 2 * i, copy->word[i]);
	pci_config_write16(address, PCI_COMMAND, copy->word[PCI_COMMAND / 2]);
}
