// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/capability.h"

#include "scenarios/lib/config/config-space.h"
#include "scenarios/lib/pci/pci.h"

#include <linux/pci_regs.h>

/* How many capabilities fit behind the header, and behind the first 256 bytes. */
#define STANDARD_MAX ((PCI_CFG_SPACE_SIZE - PCI_STD_HEADER_SIZEOF) / 4)
#define EXTENDED_MAX ((PCI_CFG_SPACE_EXP_SIZE - PCI_CFG_SPACE_SIZE) / 4)

static uint32_t read_shown(const struct config_reader *reader, unsigned int offset, size_t size)
{
	return config_get(reader->dut, offset, size);
}

struct config_reader config_shown(struct dut *dut)
{
	return (struct config_reader){.read = read_shown, .dut = dut};
}

static uint32_t read_device(const struct config_reader *reader, unsigned int offset, size_t size)
{
	uint32_t value = 0;

	return pci_config(reader->address, offset, &value, size) ? UINT32_MAX : value;
}

struct config_reader config_of_device(const char *address)
{
	return (struct config_reader){.read = read_device, .address = address};
}

static uint32_t read_copy(const struct config_reader *reader, unsigned int offset, size_t size)
{
	if (offset / 4 >= reader->count)
		return UINT32_MAX;
	return reader->dwords[offset / 4] >> 8 * (offset % 4) & UINT32_MAX >> (32 - 8 * size);
}

struct config_reader config_copied(const uint32_t *dwords, size_t count)
{
	return (struct config_reader){.read = read_copy, .dwords = dwords, .count = count};
}

struct config_chain config_chain_begin(struct config_reader reader, bool extended)
{
	return (struct config_chain){.reader = reader,
				     .extended = extended,
				     .left = extended ? EXTENDED_MAX : STANDARD_MAX};
}

/* The pointer in the header of the current capability; initially the start of the chain. */
static unsigned int next_pointer(const struct config_chain *chain)
{
	if (chain->extended)
		return chain->at ? chain->header >> 20 : PCI_CFG_SPACE_SIZE;
	if (chain->at)
		return chain->header >> 8 & 0xff;
	return chain->reader.read(&chain->reader, PCI_CAPABILITY_LIST, 1) & 0xff;
}

bool config_chain_next(struct config_chain *chain)
{
	if (!chain->left || (chain->extended && chain->header == UINT32_MAX))
		return false;
	chain->left--;
	chain->pointer = next_pointer(chain);
	chain->at = chain->pointer & ~3u;
	if (!chain->at)
		return false;
	chain->header = chain->reader.read(&chain->reader, chain->at, chain->extended ? 4 : 2);
	chain->id = chain->extended ? chain->header & 0xffff : chain->header & 0xff;
	return true;
}

static unsigned int find(struct config_reader reader, bool extended, uint16_t id)
{
	struct config_chain chain = config_chain_begin(reader, extended);

	while (config_chain_next(&chain)) {
		if (chain.id == id)
			return chain.at;
	}
	return 0;
}

static unsigned int find_standard(struct config_reader reader, uint8_t id)
{
	const bool any = reader.read(&reader, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST;

	return any ? find(reader, false, id) : 0;
}

unsigned int config_capability(struct dut *dut, uint8_t id)
{
	return find_standard(config_shown(dut), id);
}

unsigned int pci_capability(const char *address, uint8_t id)
{
	return find_standard(config_of_device(address), id);
}

unsigned int pci_extended_capability(const char *address, uint16_t id)
{
	return find(config_of_device(address), true, id);
}
