// SPDX-License-Identifier: GPL-2.0-only
/* acme: what the variant driver of the card promises in addition to vfio-pci. */
#include "scenarios/lib/scenario.h"

#include "lab/devices/acme-regs.h"

#define SECRET 0xc0ffee01u

/* A reset between the users would also clear the key; the card has none. */
SCENARIO_UNBOUND(key_is_gone_at_next_open, "driver=acme variant=acme-vfio-pci !reset",
		 "the next user of the card does not see the key of the last one")
{
	cleanup_user struct user last = USER_NONE, next = USER_NONE;
	uint32_t key = 0;

	ASSERT_OK(user_bind_and_open(&last, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&last.dut));
	ASSERT_OK(bar_write32(&last.dut, 0, ACME_KEY, SECRET));
	ASSERT_OK(bar_read32(&last.dut, 0, ACME_KEY, &key));
	ASSERT_HEX(SECRET, key);
	user_close(&last);

	ASSERT_OK(user_open(&next, dut));
	ASSERT_OK(dut_start(&next.dut));
	ASSERT_OK(bar_read32(&next.dut, 0, ACME_KEY, &key));
	ASSERT_HEX(0, key);
	PASS();
}
