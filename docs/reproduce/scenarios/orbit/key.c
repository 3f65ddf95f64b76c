// SPDX-License-Identifier: GPL-2.0-only
/* orbit: what the variant driver of the card promises in addition to vfio-pci. */
#include "scenarios/lib/scenario.h"

#define KEY    0x00 /* in BAR 0: the key that a user sets */
#define SECRET 0xc0ffee01u

/* The card has no reset, so only its driver can clear the key. */
SCENARIO_UNBOUND(next_user_sees_no_key, "variant=orbit-vfio-pci !reset",
		 "the next user of the card does not see the key of the last one")
{
	cleanup_user struct user last = USER_NONE, next = USER_NONE;
	uint32_t key = 0;

	ASSERT_OK(user_bind_and_open(&last, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&last.dut));
	ASSERT_OK(bar_write32(&last.dut, 0, KEY, SECRET));
	user_close(&last);

	ASSERT_OK(user_open(&next, dut));
	ASSERT_OK(dut_start(&next.dut));
	ASSERT_OK(bar_read32(&next.dut, 0, KEY, &key));
	ASSERT_HEX(0, key);
	PASS();
}
