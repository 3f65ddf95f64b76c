// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: lists of capabilities that lead out of config space. QEMU shows the guest the list as it found it when it
 * connected, so the model has the fault from the start.
 */
#include "scenarios/lib/scenario.h"

/* NULL where the list that VFIO shows ends, within config space and before it comes back to itself. */
static const char *list_does_not_end(struct dut *dut)
{
	unsigned int at = config_read8(dut, PCI_CAPABILITY_LIST);

	for (unsigned int left = 48; left; left--) {
		if (!at)
			return NULL;
		if (at < PCI_STD_HEADER_SIZEOF || at > PCI_CFG_SPACE_SIZE - PCI_CAP_SIZEOF)
			return text("the list of capabilities leads to 0x%x", at);
		at = config_read8(dut, at + PCI_CAP_LIST_NEXT);
	}
	return "the list of capabilities does not end";
}

/* What VFIO keeps of the header itself is not to be overwritten by what it makes of a capability. */
static const char *header_is_wrong(struct dut *dut)
{
	for (unsigned int at = 0; at < PCI_STD_HEADER_SIZEOF; at += 2) {
		const uint16_t own = pci_config16(dut->address, at), shown = config_read16(dut, at);

		if (at != PCI_COMMAND && (at < PCI_BASE_ADDRESS_0 || at >= PCI_CARDBUS_CIS) && own != shown)
			return text("the header reads as 0x%x at 0x%x, the device's as 0x%x", shown, at, own);
	}
	return NULL;
}

static enum greatest_test_res list_is_walked(struct dut *dut)
{
	ASSERT_NONE(header_is_wrong(dut));
	ASSERT_NONE(list_does_not_end(dut));
	ASSERT_OK(dut_start(dut));
	PASS();
}

SCENARIO(caps_outside, "for=caps-outside", "a list of capabilities that leads into the header ends there")
{
	const unsigned int msi = config_capability(dut, PCI_CAP_ID_MSI);

	ASSERT_THAT(msi, "the last good capability of %s is not shown", dut->address);
	return list_is_walked(dut);
}

/*
 * Linux 5.10 writes the length of an MSI capability into its map of config space without a look at where that ends:
 * beyond its memory. Not for every run, then: what else the guest had there is lost.
 */
SCENARIO(caps_cut, "for=caps-cut",
	 "a capability that begins where config space ends is not taken for a whole one", .hidden = true)
{
	return list_is_walked(dut);
}
