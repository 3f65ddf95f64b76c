// SPDX-License-Identifier: GPL-2.0-only
/* Config space as the user sees it: a header without capabilities, and one BAR. */
#include <linux/pci.h>

#include "mediated.h"

#define COMMAND_BITS	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

static void set16(u8 *config, u32 at, u16 value)
{
	*(__le16 *)(config + at) = cpu_to_le16(value);
}

static u16 get16(const u8 *config, u32 at)
{
	return le16_to_cpu(*(const __le16 *)(config + at));
}

static void set32(u8 *config, u32 at, u32 value)
{
	*(__le32 *)(config + at) = cpu_to_le32(value);
}

static u32 get32(const u8 *config, u32 at)
{
	return le32_to_cpu(*(const __le32 *)(config + at));
}

void mediated_config_init(struct mediated *mediated)
{
	const struct pci_dev *pdev = mediated->pdev;
	u8 *config = mediated->config;

	memset(config, 0, MEDIATED_CONFIG_SIZE);
	set16(config, PCI_VENDOR_ID, pdev->vendor);
	set16(config, PCI_DEVICE_ID, pdev->device);
	set32(config, PCI_CLASS_REVISION, pdev->class << 8 | pdev->revision);
	set16(config, PCI_SUBSYSTEM_VENDOR_ID, pdev->subsystem_vendor);
	set16(config, PCI_SUBSYSTEM_ID, pdev->subsystem_device);
}

/* COMMAND and the BAR can be written, the latter as a multiple of its size. */
void mediated_config_write(struct mediated *mediated, u32 at, const u8 *data, u32 len)
{
	u8 *config = mediated->config, written[MEDIATED_CONFIG_SIZE];

	memcpy(written, config, sizeof(written));
	memcpy(written + at, data, len);
	set16(config, PCI_COMMAND, get16(written, PCI_COMMAND) & COMMAND_BITS);
	set32(config, PCI_BASE_ADDRESS_0,
	      get32(written, PCI_BASE_ADDRESS_0) & ~(u32)(MEDIATED_BAR_SIZE - 1));
}

bool mediated_may(const struct mediated *mediated, u16 command)
{
	return get16(mediated->config, PCI_COMMAND) & command;
}
