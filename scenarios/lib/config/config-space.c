// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/config-space.h"

#include "scenarios/lib/config/capability.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>

size_t config_size(struct dut *dut)
{
	struct region config;

	return region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config) ? 0 : config.size;
}

ssize_t config_pread(struct dut *dut, unsigned int offset, void *data, size_t len)
{
	struct region config;
	int err = region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config);

	return err ? err : region_read(dut, &config, offset, data, len);
}

ssize_t config_pwrite(struct dut *dut, unsigned int offset, const void *data, size_t len)
{
	struct region config;
	int err = region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config);

	return err ? err : region_write(dut, &config, offset, data, len);
}

uint32_t config_get(struct dut *dut, unsigned int offset, size_t size)
{
	uint32_t value = 0;

	if (config_pread(dut, offset, &value, size) != (ssize_t)size)
		return UINT32_MAX;
	return value;
}

uint32_t config_physical(struct dut *dut, unsigned int offset, size_t size)
{
	const struct config_reader own = config_of_device(dut->address);

	return own.read(&own, offset, size);
}

int config_put(struct dut *dut, unsigned int offset, size_t size, uint32_t value)
{
	ssize_t put = config_pwrite(dut, offset, &value, size);

	if (put < 0)
		return (int)put;
	return put == (ssize_t)size ? 0 : -EIO;
}

/* Record CHAIN's current capability. Returns NULL, or a message if it is malformed. */
/* The two low bits of the pointer are reserved, and software must mask them (PCIe 5.0, 7.6.3). */
static bool is_misaligned_in_device(const struct config_chain *shown)
{
	struct config_chain own =
		config_chain_begin(config_of_device(shown->reader.dut->address), shown->extended);

	while (config_chain_next(&own))
		if (own.at == shown->at)
			return own.pointer == shown->pointer;
	return false;
}

static const char *add(struct config_caps *caps, const struct config_chain *chain)
{
	const char *kind = chain->extended ? "extended capability" : "capability";
	const unsigned int first = chain->extended ? PCI_CFG_SPACE_SIZE : PCI_STD_HEADER_SIZEOF;
	const unsigned int at = chain->pointer;

	if (at < first || (at % 4 && !is_misaligned_in_device(chain)))
		return text("%s %#x is at 0x%x, an invalid offset", kind, chain->id, at);
	for (size_t i = 0; i < caps->count; i++) {
		if (caps->caps[i].at == chain->at)
			return text("the chain loops back to the %s at 0x%x", kind, at);
	}
	if (caps->count == ARRAY_SIZE(caps->caps))
		return text("the capability chain does not end");
	caps->caps[caps->count++] = (struct config_cap){chain->extended, chain->id, chain->at};
	return NULL;
}

static const char *check_chain_ends(const struct config_chain *chain)
{
	return chain->pointer
		       ? text("the capability chain ends with 0x%x, not with 0", chain->pointer)
		       : NULL;
}

/*
 * Without the bit in the device's own STATUS, the pointer has no meaning (PCI Local Bus 3.0, 6.7);
 * some chipsets have one.
 */
static const char *walk_standard(struct dut *dut, struct config_caps *caps)
{
	const bool has = config_read16(dut, PCI_STATUS) & PCI_STATUS_CAP_LIST;
	const unsigned int first = config_read8(dut, PCI_CAPABILITY_LIST);
	struct config_chain chain = config_chain_begin(config_shown(dut), false);
	const char *why = NULL;

	if (!has && !(pci_config16(dut->address, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return NULL;
	if (has != !!first)
		return text("STATUS reports %scapabilities, the pointer is 0x%x", has ? "" : "no ",
			    first);
	while (!why && config_chain_next(&chain))
		why = add(caps, &chain);
	return why ? why : check_chain_ends(&chain);
}

/*
 * A first header of zeros means that there are none. A header with ID 0 and a next pointer only
 * anchors the chain.
 */
static const char *walk_extended(struct dut *dut, struct config_caps *caps)
{
	struct config_chain chain = config_chain_begin(config_shown(dut), true);
	const char *why = NULL;

	if (config_size(dut) <= PCI_CFG_SPACE_SIZE)
		return NULL;
	while (!why && config_chain_next(&chain)) {
		if (chain.header == UINT32_MAX)
			return text("the header of the extended capability at 0x%x cannot be read",
				    chain.at);
		if (chain.id || chain.at != PCI_CFG_SPACE_SIZE)
			why = add(caps, &chain);
	}
	return why ? why : check_chain_ends(&chain);
}

const char *config_walk(struct dut *dut, struct config_caps *caps)
{
	const char *why;

	caps->count = 0;
	why = walk_standard(dut, caps);
	return why ? why : walk_extended(dut, caps);
}

const struct config_cap *config_find(const struct config_caps *caps, bool extended, uint16_t id)
{
	for (size_t i = 0; i < caps->count; i++) {
		if (caps->caps[i].extended == extended && caps->caps[i].id == id)
			return &caps->caps[i];
	}
	return NULL;
}
