// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset: at the last close VFIO resets the device if it can (vfio_pci_disable). If that resets the
 * whole bus, the bridge above must be locked against concurrent config accesses (7.0).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/kmsg.h"

#define UNLOCKED "unlocked secondary bus reset"

/*
 * The kernel warns once per boot: after a warning about another reset (VFIO_DEVICE_RESET) this case
 * cannot detect one.
 */
SCENARIO_UNBOUND(bus_reset_at_last_close, "hot:1 reset=bus !reset=flr !reset=pm",
		 "the last close resets the bus of a device without another reset method, with the "
		 "bridge locked")
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64], after[64];
	const bool warned_before = kmsg_contains(UNLOCKED);

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(pci_header(address, before));
	ASSERT_OK(config_write8(&user.dut, PCI_CACHE_LINE_SIZE, 0x10));
	user_close(&user);
	ASSERT_OK(pci_header(address, after));
	ASSERT_BYTES(before, after, sizeof(before));
	ASSERT_THAT(warned_before || !kmsg_contains(UNLOCKED),
		    "the kernel log reports a bus reset with the bridge not locked");
	PASS();
}
