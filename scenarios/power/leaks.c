// SPDX-License-Identifier: GPL-2.0-only
/*
 * power: what D3hot and back leaves in the kernel. For a device that is reset by it (no No_Soft_Reset in PMCSR, PCI Bus
 * Power Management Interface, 3.2.4) VFIO saves the configuration, and must free that again.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/kernel/slab.h"

#define WARM_UP 2
#define ROUNDS	8 /* a leak is an object each */

static int set_state(struct dut *dut, enum pmcsr_state state)
{
	return config_write16(dut, config_capability(dut, PCI_CAP_ID_PM) + PCI_PM_CTRL, state);
}

static int wake_by_pmcsr(struct dut *dut)
{
	return set_state(dut, PMCSR_D0);
}

/* NULL where the device came back, ROUNDS times by WAKE; and what that left goes to *GREW. */
static const char *does_not_wake(struct dut *dut, int (*wake)(struct dut *dut), struct slab *slab,
				 const char **grew)
{
	for (unsigned int round = 0; round < WARM_UP + ROUNDS; round++) {
		int err = set_state(dut, PMCSR_D3HOT);

		if (!err)
			err = wake(dut);
		if (err || pmcsr_state(dut->address) != PMCSR_D0)
			return text("round %u: %s, power state %d", round, error_name(err),
				    pmcsr_state(dut->address));
		slab_count(slab);
		if (round == WARM_UP - 1)
			slab_restart(slab);
	}
	*grew = slab_grew(slab, ROUNDS);
	return NULL;
}

SCENARIO(d3hot_leaves_nothing, "pm",
	 "a device in turn in D3hot and D0 leaves no more of the kernel's objects")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_slab struct slab slab = {0};
	const char *grew = NULL;

	if (!slab_start(&slab))
		SKIPm(SLAB_UNTOLD);
	ASSERT_NONE(does_not_wake(dut, wake_by_pmcsr, &slab, &grew));
	if (grew)
		ASSERT_NONE(does_not_wake(dut, wake_by_pmcsr, &slab, &grew));
	ASSERT_THAT(!grew, "%u rounds: %s", ROUNDS, grew);
	PASS();
}

/*
 * Before 5.18 a reset, which wakes the device too, forgot what was saved. Told, not judged: 5.10 was never mended. An FLR
 * takes 100 ms, so it is for other resets.
 */
SCENARIO(reset_in_d3hot_again, "pm reset !reset=flr",
	 "a device in turn in D3hot and reset comes back each time, and the kernel may keep what it saved")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_slab struct slab slab = {0};
	const char *grew = NULL;

	if (!slab_start(&slab))
		SKIPm(SLAB_UNTOLD);
	ASSERT_NONE(does_not_wake(dut, dut_reset, &slab, &grew));
	fact("d3hot.reset=%s", grew ? "leaks" : "leaves nothing");
	PASS();
}
