// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset: every way to reset a device, in every power state. A device can be reset only in D0, so
 * the kernel must wake it. If that is a reset by itself (no No_Soft_Reset in PMCSR, PCI Bus Power
 * Management Interface, 3.2.4), config space must be restored from before the sleep.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/pci/runtime-pm.h"
#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/hot-reset.h"

static int by_af_bit(struct dut *dut)
{
	const unsigned int at = config_capability(dut, PCI_CAP_ID_AF) + PCI_AF_CTRL;

	return config_write8(dut, at, PCI_AF_CTRL_FLR);
}

static int by_sysfs(struct dut *dut)
{
	return pci_write(dut->address, "reset", "1");
}

/* At the end of the scope the device is awake, even if the case fails. */
static void wake(struct dut **dut)
{
	pmcsr_set(*dut, PMCSR_D0);
}

#define cleanup_awake __attribute__((cleanup(wake)))

/* PMC has a bit for each optional state. */
static const struct power_state {
	const char *name;
	enum pmcsr_state state;
	uint16_t offered;
} states[] = {
	{"D1", PMCSR_D1, PCI_PM_CAP_D1},
	{"D2", PMCSR_D2, PCI_PM_CAP_D2},
	{"D3hot", PMCSR_D3HOT, 0},
};

static bool has_state(struct dut *dut, const struct power_state *state)
{
	const uint16_t pmc = config_read16(dut, config_capability(dut, PCI_CAP_ID_PM) + PCI_PM_PMC);

	return !state->offered || pmc & state->offered;
}

static const char *check_reset_in(struct dut *dut, const struct power_state *state,
				  int (*reset)(struct dut *dut))
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_awake struct dut *sleeper = dut;
	uint8_t before[64];
	int err = reset_prepare(dut, before);

	if (!err)
		err = pmcsr_set(sleeper, state->state);
	if (err || pmcsr_state(dut->address) != (int)state->state)
		return text("%s cannot be entered: %s", state->name, error_name(err));
	err = reset(dut);
	if (err)
		return text("in %s: %s", state->name, error_name(err));
	if (pmcsr_state(dut->address) != PMCSR_D0)
		return text("after a reset in %s the device is not in D0", state->name);
	return check_reset_done(dut, before);
}

static enum greatest_test_res asleep(struct dut *dut, int (*reset)(struct dut *dut))
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		if (has_state(dut, &states[i]))
			ASSERT_CHECK(check_reset_in(dut, &states[i], reset));
	}
	PASS();
}

SCENARIO_VARIANT(ioctl_resets_sleeping_device, "pm reset once",
		 "VFIO_DEVICE_RESET in D1, D2 and D3hot resets the device and keeps its header",
		 asleep, dut_reset)
SCENARIO_VARIANT(
	flr_bit_resets_sleeping_device, "pm pcie reset=flr once",
	"an FLR by Device Control in D1, D2 and D3hot resets the device and keeps its header",
	asleep, reset_by_flr_bit)
SCENARIO_VARIANT(af_flr_resets_sleeping_device, "pm cap=af reset once",
		 "an FLR by Advanced Features in D1, D2 and D3hot does the same", asleep, by_af_bit)
SCENARIO_VARIANT(hot_reset_resets_sleeping_device, "pm hot:1 !hot:2 !pf once",
		 "a hot reset in D1, D2 and D3hot does the same", asleep, hot_reset)
SCENARIO_VARIANT(sysfs_resets_sleeping_device, "pm reset once",
		 "an administrator's reset in D1, D2 and D3hot does the same", asleep, by_sysfs)

/* The state in which the kernel has suspended the device at its user's request. */
static enum greatest_test_res in_low_power(struct dut *dut, int (*reset)(struct dut *dut))
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	uint8_t before[64];

	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	ASSERT_OK(reset(dut));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_CHECK(check_reset_done(dut, before));
	PASS();
}

SCENARIO_VARIANT(ioctl_resets_suspended_device, "feature=low-power reset once",
		 "VFIO_DEVICE_RESET of a suspended device resets it and keeps its header",
		 in_low_power, dut_reset)
SCENARIO_VARIANT(flr_bit_resets_suspended_device, "feature=low-power pcie reset=flr once",
		 "an FLR by Device Control of a suspended device does the same", in_low_power,
		 reset_by_flr_bit)
SCENARIO_VARIANT(af_flr_resets_suspended_device, "feature=low-power cap=af reset once",
		 "an FLR by Advanced Features of a suspended device does the same", in_low_power,
		 by_af_bit)
SCENARIO_VARIANT(hot_reset_resets_suspended_device, "feature=low-power hot:1 !hot:2 !pf once",
		 "a hot reset of a suspended device does the same", in_low_power, hot_reset)
SCENARIO_VARIANT(sysfs_resets_suspended_device, "feature=low-power reset once",
		 "an administrator's reset of a suspended device does the same", in_low_power,
		 by_sysfs)

static int to_d3hot(struct dut *dut)
{
	return pmcsr_set(dut, PMCSR_D3HOT);
}

static int suspend(struct dut *dut)
{
	return low_power_suspend(dut, -1) ? -ETIMEDOUT : 0;
}

/* Without bus mastering, which every close clears. */
static enum greatest_test_res closed(struct dut *dut, int (*sleep)(struct dut *dut))
{
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64];

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(pci_header(dut->address, before));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dut_mark(&user.dut));
	ASSERT_OK(sleep(&user.dut));
	user_close(&user);
	ASSERT_OK(user_open(&user, dut));
	ASSERT_CHECK(check_header_restored(&user.dut, before));
	ASSERT_OK(config_write16(&user.dut, PCI_COMMAND,
				 config_read16(&user.dut, PCI_COMMAND) | PCI_COMMAND_MEMORY));
	ASSERT_NUMBER(0, dut_marked(&user.dut));
	PASS();
}

SCENARIO_UNBOUND_VARIANT(close_resets_sleeping_device, "pm mark reset once",
			 "a device closed in D3hot is reset and whole for its next user", closed,
			 to_d3hot)
SCENARIO_UNBOUND_VARIANT(close_resets_suspended_device, "feature=low-power mark reset once",
			 "a device closed while suspended is reset and whole for its next user",
			 closed, suspend)
