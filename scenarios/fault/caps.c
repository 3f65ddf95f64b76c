// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: capability lists that lead out of config space. QEMU shows the guest the list as it was
 * when QEMU connected, so the model has the fault from the start.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-header.h"

SCENARIO(capability_list_into_header, "for=caps-outside",
	 "a capability list that points into the header leaves the header readable and good "
	 "entries shown")
{
	const unsigned int msi = config_capability(dut, PCI_CAP_ID_MSI);
	int err;

	ASSERT_THAT(msi, "the last valid capability of %s, MSI, is not shown", dut->address);
	ASSERT_CHECK(check_header(dut));
	/* VFIO may treat COMMAND as a register of a capability, and refuse to write it. */
	err = dut_start(dut);
	ASSERT_THAT(!err || err == -EINVAL, "starting %s: %s", dut->address, error_name(err));
	PASS();
}
