// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/config.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#define CAPS_BEGIN	  PCI_STD_HEADER_SIZEOF
#define ECAPS_BEGIN	  PCI_CONFIG_ORDINARY
#define ECAP_NEXT(header) (((header) >> 20) & 0xffcu)

void pci_config_init(struct pci_config *config, bool extended)
{
	*config = (struct pci_config){
		.size = extended ? PCI_CONFIG_MAX : PCI_CONFIG_ORDINARY,
		.caps_end = CAPS_BEGIN,
		.caps_limit = PCI_CONFIG_ORDINARY,
		.ecaps_end = ECAPS_BEGIN,
	};
}

uint16_t pci_get16(const uint8_t *bytes, unsigned int offset)
{
	return (uint16_t)(bytes[offset] | bytes[offset + 1] << 8);
}

uint32_t pci_get32(const uint8_t *bytes, unsigned int offset)
{
	return pci_get16(bytes, offset) | (uint32_t)pci_get16(bytes, offset + 2) << 16;
}

void pci_set16(uint8_t *bytes, unsigned int offset, uint16_t value)
{
	bytes[offset] = (uint8_t)value;
	bytes[offset + 1] = (uint8_t)(value >> 8);
}

void pci_set32(uint8_t *bytes, unsigned int offset, uint32_t value)
{
	pci_set16(bytes, offset, (uint16_t)value);
	pci_set16(bytes, offset + 2, (uint16_t)(value >> 16));
}

bool pci_config_within(const struct pci_config *config, uint64_t offset, size_t len)
{
	return offset <= config->size && len <= config->size - offset;
}

void pci_config_read(const struct pci_config *config, unsigned int offset, void *data, size_t len)
{
	memcpy(data, config->data + offset, len);
}

void pci_config_write(struct pci_config *config, unsigned int offset, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		uint8_t *at = &config->data[offset + i];
		const uint8_t writable = config->writable[offset + i];
		const uint8_t kept = *at & ~(bytes[i] & config->clears[offset + i]);

		*at = (uint8_t)((kept & ~writable) | (bytes[i] & writable));
	}
}

void pci_config_seal(struct pci_config *config)
{
	for (unsigned int i = 0; i < config->size; i++)
		config->initial[i] = config->data[i] & ~config->clears[i];
}

void pci_config_reset(struct pci_config *config)
{
	for (unsigned int i = 0; i < config->size; i++) {
		const uint8_t sticky = config->sticky[i];

		config->data[i] =
			(uint8_t)((config->data[i] & sticky) | (config->initial[i] & ~sticky));
	}
}

/*
 * Returns the offset of the last pointer of the list: in the last capability, or in the header. The
 * list must be valid.
 */
static unsigned int last_pointer(const struct pci_config *config)
{
	unsigned int pointer = PCI_CAPABILITY_LIST;

	while (config->data[pointer])
		pointer = config->data[pointer] + PCI_CAP_LIST_NEXT;
	return pointer;
}

int pci_config_add_cap(struct pci_config *config, uint8_t id, unsigned int size)
{
	const unsigned int at = config->caps_end;

	if (size > config->caps_limit || at > config->caps_limit - size)
		return -ENOSPC;
	config->data[last_pointer(config)] = (uint8_t)at;
	config->data[at + PCI_CAP_LIST_ID] = id;
	config->data[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	config->caps_end = (at + size + 3) & ~3u;
	return (int)at;
}

static unsigned int last_ecap(const struct pci_config *config)
{
	unsigned int at = ECAPS_BEGIN;

	while (ECAP_NEXT(pci_get32(config->data, at)))
		at = ECAP_NEXT(pci_get32(config->data, at));
	return at;
}

int pci_config_add_ecap(struct pci_config *config, uint16_t id, unsigned int version,
			unsigned int size)
{
	const unsigned int at = config->ecaps_end;

	if (config->size != PCI_CONFIG_MAX)
		return -EINVAL;
	if (size > config->size || at > config->size - size)
		return -ENOSPC;
	if (at != ECAPS_BEGIN) {
		const unsigned int last = last_ecap(config);

		pci_set32(config->data, last, (pci_get32(config->data, last) & 0xfffff) | at << 20);
	}
	pci_set32(config->data, at, id | version << 16);
	config->ecaps_end = (at + size + 3) & ~3u;
	return (int)at;
}

/* A list with more members than config space has room for contains a loop. */
unsigned int pci_config_find_cap(const struct pci_config *config, uint8_t id)
{
	unsigned int at = config->data[PCI_CAPABILITY_LIST];

	if (!(pci_get16(config->data, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;
	for (unsigned int n = 0; at >= CAPS_BEGIN && n < (PCI_CONFIG_ORDINARY - CAPS_BEGIN) / 4;
	     n++) {
		at &= ~3u;
		if (config->data[at + PCI_CAP_LIST_ID] == id)
			return at;
		at = config->data[at + PCI_CAP_LIST_NEXT];
	}
	return 0;
}

unsigned int pci_config_find_ecap(const struct pci_config *config, uint16_t id)
{
	unsigned int at = ECAPS_BEGIN;

	for (unsigned int n = 0; config->size == PCI_CONFIG_MAX && at && n < PCI_CONFIG_MAX / 4;
	     n++) {
		const uint32_t header = pci_get32(config->data, at);

		if (!header)
			return 0;
		if ((header & 0xffff) == id)
			return at;
		at = ECAP_NEXT(header);
	}
	return 0;
}
