// SPDX-License-Identifier: GPL-2.0-only
#include "lab/pci/image.h"

#include "lab/pci/registers.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#define CAPS	PCI_STD_HEADER_SIZEOF
#define HEADER	0x7f /* the type without the bit of several functions */
#define LATENCY 0xf8
#define DWORDS	(PCI_CONFIG_MAX / 4)

/* Which double words belong to a capability, by now. */
struct seen {
	bool dword[DWORDS];
};

static void see(struct seen *seen, unsigned int at, unsigned int size)
{
	for (unsigned int i = at / 4; i < (at + size + 3) / 4 && i < DWORDS; i++)
		seen->dword[i] = true;
}

static void take_caps(struct pci_config *config, struct seen *seen)
{
	bool visited[PCI_CONFIG_ORDINARY / 4] = {false};
	unsigned int at = config->data[PCI_CAPABILITY_LIST] & ~3u;

	if (!(pci_get16(config->data, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return;
	while (at >= CAPS && !visited[at / 4]) {
		visited[at / 4] = true;
		pci_cap_masks(config, at);
		see(seen, at, pci_cap_size(config->data, at));
		at = config->data[at + PCI_CAP_LIST_NEXT] & ~3u;
	}
}

static void take_ecaps(struct pci_config *config)
{
	bool visited[DWORDS] = {false};
	unsigned int at = PCI_CONFIG_ORDINARY;

	while (at >= PCI_CONFIG_ORDINARY && at < config->size && !visited[at / 4]) {
		visited[at / 4] = true;
		pci_ecap_masks(config, at);
		at = pci_get32(config->data, at) >> 20 & 0xffc;
	}
}

/* Registers of the vendor's outside of any capability: those in use hold what is written. */
static void take_strays(struct pci_config *config, const struct seen *seen)
{
	for (unsigned int at = CAPS; at < PCI_CONFIG_ORDINARY; at += 4)
		if (!seen->dword[at / 4] && pci_get32(config->data, at))
			pci_set32(config->writable, at, UINT32_MAX);
}

static struct pci_ids ids_of(const uint8_t *bytes)
{
	const uint32_t class = pci_get32(bytes, PCI_CLASS_REVISION);

	return (struct pci_ids){
		.vendor = pci_get16(bytes, PCI_VENDOR_ID),
		.device = pci_get16(bytes, PCI_DEVICE_ID),
		.subvendor = pci_get16(bytes, PCI_SUBSYSTEM_VENDOR_ID),
		.subdevice = pci_get16(bytes, PCI_SUBSYSTEM_ID),
		.class = class >> 8,
		.revision = (uint8_t)class,
	};
}

/* The latency timer is conventional PCI's; PCI Express hardwires it to 0 (7.5.1.1.7). */
static void take_header(struct pci_config *config)
{
	const struct pci_ids ids = ids_of(config->data);
	const uint8_t type = config->data[PCI_HEADER_TYPE];

	memset(config->data + PCI_BASE_ADDRESS_0, 0, 4 * PCI_BARS);
	pci_set32(config->data, PCI_ROM_ADDRESS, 0);
	pci_set16(config->data, PCI_COMMAND, 0);
	config->data[PCI_STATUS] &= (uint8_t)~PCI_STATUS_INTERRUPT;
	pci_header_init(config, &ids, config->data[PCI_INTERRUPT_PIN]);
	config->data[PCI_HEADER_TYPE] = type;
	if (!pci_config_find_cap(config, PCI_CAP_ID_EXP))
		config->writable[PCI_LATENCY_TIMER] = LATENCY;
}

int pci_function_from_image(struct pci_function *function, const struct pci_image *image,
			    const struct pci_wire *wire, void *owner)
{
	struct pci_config *config = &function->config;
	struct seen seen = {0};

	if (image->bytes[PCI_HEADER_TYPE] & HEADER)
		return -EINVAL;
	*function = (struct pci_function){.wire = wire, .owner = owner};
	pci_config_init(config, image->size == PCI_CONFIG_MAX);
	memcpy(config->data, image->bytes, config->size);
	take_header(config);
	take_caps(config, &seen);
	take_ecaps(config);
	take_strays(config, &seen);
	return pci_function_take_msix(function);
}
