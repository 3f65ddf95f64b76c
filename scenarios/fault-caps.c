// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: lists of capabilities that lead out of config space. QEMU shows the guest the list as it found it when it
 * connected, so the model has the fault from the start.
 */
#include "scenarios/lib/scenario.h"

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

static enum greatest_test_res list_is_survived(struct dut *dut)
{
	const unsigned int msi = config_capability(dut, PCI_CAP_ID_MSI);
	int err;

	ASSERT_THAT(msi, "the last good capability of %s, MSI, is not shown", dut->address);
	ASSERT_NONE(header_is_wrong(dut));
	/* VFIO may take the register for one of a capability, and refuse to write it. */
	err = dut_start(dut);
	ASSERT_THAT(!err || err == -EINVAL, "starting %s: %s", dut->address, error_name(err));
	PASS();
}

SCENARIO(caps_outside, "for=caps-outside",
	 "a list of capabilities that leads into the header leaves the header readable and the good ones "
	 "shown")
{
	return list_is_survived(dut);
}

/*
 * Linux 5.10 enters the whole length of an MSI capability into its map of config space, without a look at where that
 * ends: in memory that is not the map's. Not for every run, then: what else the guest had there is lost.
 */
SCENARIO(caps_cut, "for=caps-cut",
	 "a capability that begins where config space ends is not taken for a whole one", .hidden = true)
{
	return list_is_survived(dut);
}
