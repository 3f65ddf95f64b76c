// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: vfio-pci is built in, and vfio-pci-core was not initialised: a kernel of the flavour
 * no-core skips that. On a kernel without vfio-pci-core, such as 5.10, there is nothing to skip,
 * and vfio-pci works. Hidden, because the case is pointless on any other kernel.
 */
#include "scenarios/lib/scenario.h"

SCENARIO_UNBOUND(
	library_not_initialised, "nocore once",
	"if vfio-pci's library fails to initialise, vfio-pci either binds no device or works",
	.hidden = true)
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	uint16_t command;
	int err = pci_bind(address, "vfio-pci");

	fact("bind=%s", error_name(err));
	if (err) {
		ASSERT_ERRNO(ENODEV, err);
		PASS();
	}
	ASSERT_OK(user_open(&user, dut));
	ASSERT_HEX(pci_number(address, "vendor", 0), config_read16(&user.dut, PCI_VENDOR_ID));
	/* Without the library's permission table, reads work and writes are ignored. */
	command = config_read16(&user.dut, PCI_COMMAND) ^ PCI_COMMAND_MASTER;
	ASSERT_OK(config_write16(&user.dut, PCI_COMMAND, command));
	ASSERT_HEX(command, config_read16(&user.dut, PCI_COMMAND));
	PASS();
}
