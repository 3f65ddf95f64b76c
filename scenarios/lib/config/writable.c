// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/writable.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>

#define TO_THE_END 0x1000

/* Registers that need special treatment, by the part of the layout that they are in. */
static const struct rule {
	const char *part;
	unsigned int first, last; /* offsets of dwords within the part */
	/* Bits that are never changed, because writing them has a side effect. */
	uint32_t untouched;
	uint32_t volatile_; /* bits whose value is not compared */
} rules[] = {
	/* STATUS reports the current state of INTx. */
	{"header", 0x04, 0x04, 0, (uint32_t)PCI_STATUS_INTERRUPT << 16},
	/* BIST starts a self-test. */
	{"header", 0x0c, 0x0c, (uint32_t)PCI_BIST_START << 24, 0},
	/*
	 * The power state: memory decoding is off in any state but D0, and the return to D0 may
	 * reset the device.
	 */
	{"PM", PCI_PM_CTRL, PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK, 0},
	/*
	 * Writing VPD's address starts a transfer; its uppermost bit makes that a write to the VPD.
	 */
	{"VPD", 0x00, 0x00, 0xffff0000, 0xffff0000},
	{"VPD", PCI_VPD_DATA, PCI_VPD_DATA, 0, UINT32_MAX},
	/*
	 * Address, data, mask and pending bits and the number of vectors remain from the last use
	 * of MSI, which may be the kernel's. The enable bits of MSI and MSI-X are tested: the DUT
	 * is idle, is not a bus master, and they are restored at once.
	 */
	{"MSI", 0x00, 0x00, 0, (uint32_t)PCI_MSI_FLAGS_QSIZE << 16},
	{"MSI", 0x04, TO_THE_END, 0, UINT32_MAX},
	/* Initiate Function Level Reset, in both capabilities that have it. */
	{"EXP", PCI_EXP_DEVCTL, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR, 0},
	{"AF", PCI_AF_CTRL, PCI_AF_CTRL, PCI_AF_CTRL_FLR, 0},
	/* Virtual functions would appear without the kernel's knowledge. */
	{"SRIOV", PCI_SRIOV_CTRL, PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_VFM, 0},
	{"SRIOV", PCI_SRIOV_BAR, PCI_SRIOV_BAR + 4 * (PCI_SRIOV_NUM_BARS - 1), 0, 0xfffffff0},
	/* The header of the last error; it survives resets. */
	{"AER", PCI_ERR_HEADER_LOG, PCI_ERR_HEADER_LOG + 12, 0, UINT32_MAX},
};

/* Returns the union of all rules for the dword at OFFSET. */
static struct rule rule_for(const struct layout *layout, unsigned int offset)
{
	const struct layout_part *part = layout_at(layout, offset);
	unsigned int at = offset - part->start;
	struct rule all = {.part = part->name};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		size_t len = strlen(rules[i].part);

		if (strncmp(part->name, rules[i].part, len) ||
		    (part->name[len] && part->name[len] != '.') || at < rules[i].first ||
		    at > rules[i].last)
			continue;
		all.untouched |= rules[i].untouched;
		all.volatile_ |= rules[i].volatile_;
	}
	return all;
}

static bool is_64_bit(uint32_t bar)
{
	return !(bar & PCI_BASE_ADDRESS_SPACE_IO) &&
	       (bar & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
}

/* The address of a BAR is the kernel's choice. */
static uint32_t address_bits(const struct layout *layout, unsigned int offset)
{
	unsigned int dword = offset / 4, first = PCI_BASE_ADDRESS_0 / 4;

	if (offset == PCI_ROM_ADDRESS)
		return (uint32_t)PCI_ROM_ADDRESS_MASK;
	if (dword < first || dword >= first + BARS)
		return 0;
	for (unsigned int bar = first; bar < dword; bar++) {
		if (!is_64_bit(layout->dwords[bar]))
			continue;
		if (++bar == dword)
			return UINT32_MAX;
	}
	return 0xfffffff0;
}

uint32_t volatile_bits(const struct layout *layout, unsigned int offset)
{
	return rule_for(layout, offset).volatile_ | address_bits(layout, offset);
}

static int read_dword(struct dut *dut, const struct region *config, unsigned int offset,
		      uint32_t *value)
{
	ssize_t got = region_read(dut, config, offset, value, sizeof(*value));

	return got < 0 ? (int)got : 0;
}

/* Write VALUE, and read it back. */
static int write_dword(struct dut *dut, const struct region *config, unsigned int offset,
		       uint32_t value, uint32_t *is)
{
	ssize_t put = region_write(dut, config, offset, &value, sizeof(value));

	return put < 0 ? (int)put : read_dword(dut, config, offset, is);
}

int writable_bits(struct dut *dut, const struct region *config, const struct layout *layout,
		  unsigned int offset, uint32_t *bits, uint32_t *after)
{
	const struct rule rule = rule_for(layout, offset);
	uint32_t was, ones = 0, zeros = 0;
	int err = read_dword(dut, config, offset, &was);
	uint32_t kept = was & rule.untouched;
	int restored;

	if (err)
		return err;
	err = write_dword(dut, config, offset, kept | ~rule.untouched, &ones);
	if (!err)
		err = write_dword(dut, config, offset, kept, &zeros);
	restored = write_dword(dut, config, offset, was, after);
	*bits = ones & ~zeros;
	if (err || restored)
		return err ?: restored;
	return (*after ^ was) & *bits ? -ESTALE : 0;
}
