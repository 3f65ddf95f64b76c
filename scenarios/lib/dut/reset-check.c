// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/reset-check.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/config/config-space.h"
#include "scenarios/lib/pci/pci.h"

#include <errno.h>

int reset_map_constant(struct dut *dut, int (*reset)(struct dut *dut), struct mapping *map,
		       uint32_t *value)
{
	bool constant = false;
	int err = config_set_memory(dut, true);

	if (!err)
		err = region_map_any(dut, map);
	/* The driver before VFIO may have left the register in another state. */
	for (unsigned int i = 0; i < 2 && !err && !constant; i++) {
		*value = map_read32(map, 0);
		err = reset(dut);
		if (!err)
			constant = *value == map_read32(map, 0);
	}
	if (err)
		return err;
	return constant && *value && *value != UINT32_MAX ? 0 : -ENOENT;
}

int reset_by_flr_bit(struct dut *dut)
{
	const unsigned int pcie = config_capability(dut, PCI_CAP_ID_EXP);
	const unsigned int at = pcie + PCI_EXP_DEVCTL;

	if (!pcie)
		return -ENOENT;
	return config_write16(dut, at, config_read16(dut, at) | PCI_EXP_DEVCTL_BCR_FLR);
}

const char *check_header_restored(struct dut *dut, const uint8_t before[64])
{
	uint8_t after[64];

	if (pci_header(dut->address, after))
		return "config space cannot be read after the reset";
	return check_bytes(before, after, sizeof(after));
}

const char *check_reset_done(struct dut *dut, const uint8_t before[64])
{
	if (dut->driver->mark && dut_marked(dut) != 0)
		return "the device was not reset: it still has the state set up before";
	return check_header_restored(dut, before);
}

int reset_prepare(struct dut *dut, uint8_t before[64])
{
	int err = dut_start(dut);

	if (!err && dut->driver->mark)
		err = dut_mark(dut);
	if (!err)
		err = pci_header(dut->address, before);
	return err;
}
