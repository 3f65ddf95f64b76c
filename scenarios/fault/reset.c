// SPDX-License-Identifier: GPL-2.0-only
/* fault: resets that fail. */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/model-fault.h"
#include "scenarios/lib/dut/resetting.h"
#include "scenarios/lib/dut/testdev.h"

#include "lab/devices/testdev-regs.h"

/*
 * Longer than the reset of a device that returns at once, to distinguish it from one that does not.
 */
#define STILL_MS 400

/* The deadline of a reset once the device is back; the kernel doubles its polling interval. */
#define ENDS_MS 2500

static const char *check_reset_succeeds(struct resetting *reset)
{
	if (!resetting_ends(reset, ENDS_MS))
		return text("the reset did not finish within %u ms of the device's return",
			    ENDS_MS);
	return reset->result ? text("the reset failed: %s", error_name(reset->result)) : NULL;
}

static enum greatest_test_res reset_hangs(struct dut *dut, const char *method)
{
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "reset-never of=%s", method));
	ASSERT_OK(resetting_begin(&reset, dut, dut_reset));
	ASSERT_THAT(!resetting_ends(&reset, STILL_MS),
		    "the reset finished (%s) before the device was back", error_name(reset.result));
	ASSERT_CHECK(fault_ask(dut, "reset-never", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_CHECK(check_reset_succeeds(&reset));
	ASSERT_CHECK(check_testdev_usable(dut));
	PASS();
}

SCENARIO_VARIANT(flr_hangs, "for=flr",
		 "VFIO_DEVICE_RESET waits for a device that does not come back from FLR",
		 reset_hangs, "flr")

SCENARIO_VARIANT(pm_reset_hangs, "for=pm",
		 "VFIO_DEVICE_RESET waits for a device that does not come back from D3hot",
		 reset_hangs, "pm")

#define LATE_MS 300

static enum greatest_test_res reset_is_late(struct dut *dut, const char *method)
{
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "reset-late of=%s ms=%u count=1", method, LATE_MS));
	ASSERT_OK(resetting_begin(&reset, dut, dut_reset));
	ASSERT_CHECK(check_reset_succeeds(&reset));
	ASSERT_THAT(reset.ended - reset.began >= LATE_MS,
		    "the reset finished after %lld ms, but the device needs %u ms",
		    (long long)(reset.ended - reset.began), LATE_MS);
	ASSERT_CHECK(check_testdev_usable(dut));
	PASS();
}

SCENARIO_VARIANT(late_flr_waited_for, "for=flr",
		 "a reset by a slow FLR succeeds once the device is back, and not before",
		 reset_is_late, "flr")

SCENARIO_VARIANT(
	late_pm_reset_waited_for, "for=pm",
	"a reset by a slow D3hot transition succeeds once the device is back, and not before",
	reset_is_late, "pm")

/* The device's COMMAND ignores writes, so no BAR answers, whatever the kernel restores. */
static enum greatest_test_res reset_loses_config(struct dut *dut, const char *method)
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t id;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "reset-loses-config of=%s", method));
	ASSERT_OK(dut_reset(dut));
	ASSERT_HEX(TESTDEV_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND));
	bar_read32(dut, 0, TESTDEV_ID, &id);
	ASSERT_HEX(UINT32_MAX, id);
	ASSERT_CHECK(check_testdev_recovers(dut));
	PASS();
}

SCENARIO_VARIANT(flr_loses_config, "for=flr",
		 "a device that loses its config space in FLR is inert until repaired, and can "
		 "then be reset",
		 reset_loses_config, "flr")

SCENARIO_VARIANT(pm_reset_loses_config, "for=pm",
		 "a device that loses its config space in D3hot is inert until repaired, and can "
		 "then be reset",
		 reset_loses_config, "pm")

static enum greatest_test_res reset_changes_ids(struct dut *dut, const char *method)
{
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(
		fault_arm(faulty, "reset-other-ids of=%s vendor=0xdead device=0xbeef", method));
	ASSERT_OK(dut_reset(dut));
	ASSERT_HEX(0xdead, pci_config16(dut->address, PCI_VENDOR_ID));
	ASSERT_HEX(TESTDEV_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_HEX(TESTDEV_VENDOR, pci_number(dut->address, "vendor", -1));
	ASSERT_CHECK(check_testdev_answers(dut));
	ASSERT_CHECK(check_testdev_recovers(dut));
	PASS();
}

SCENARIO_VARIANT(ids_changed_by_flr, "for=flr",
		 "the user of a device still sees its old IDs after an FLR that changes them",
		 reset_changes_ids, "flr")

SCENARIO_VARIANT(
	ids_changed_by_pm_reset, "for=pm",
	"the user of a device still sees its old IDs after a D3hot reset that changes them",
	reset_changes_ids, "pm")

/* Closing the last file resets the device. */
static int close_device(struct dut *dut)
{
	vfio_close(&dut->vfio);
	return 0;
}

static const char *check_usable_again(struct user *user, const struct dut *dut)
{
	int err = user_bind_and_open(user, dut, dut->vfio_driver);

	return err ? user_error(user, err) : check_testdev_usable(&user->dut);
}

/*
 * The reset on close waits for a device that FAULT keeps from answering. Unless NEED, whether it
 * waits is only a fact.
 */
static enum greatest_test_res close_waits(struct dut *dut, const char *fault, bool need)
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_resetting struct resetting closing = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;
	bool waits;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_CHECK(fault_arm(faulty, "%s", fault));
	ASSERT_OK(resetting_begin(&closing, &user.dut, close_device));
	waits = !resetting_ends(&closing, STILL_MS);
	ASSERT_THAT(waits || !need, "%s was closed before it was back", address);
	if (!need)
		fact("close.waits=%d", waits);
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_THAT(resetting_ends(&closing, ENDS_MS),
		    "%s is not closed %u ms after the device came back", address, ENDS_MS);
	ASSERT_CHECK(check_usable_again(&user, dut));
	PASS();
}

SCENARIO_UNBOUND_VARIANT(
	close_during_hanging_flr, "for=flr",
	"closing a device that hangs in FLR waits, and the device can be opened once repaired",
	close_waits, "reset-never of=any", true)

SCENARIO_UNBOUND(open_during_late_flr, "for=flr",
		 "opening a device that is slow to return from FLR waits until it is back")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_CHECK(fault_arm(faulty, "reset-late of=flr ms=%u count=1", LATE_MS));
	ASSERT_OK(user_open(&user, dut));
	ASSERT_CHECK(fault_ask(dut, "reset-late", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_CHECK(check_testdev_usable(&user.dut));
	PASS();
}

/* Linux 7 checks before the reset, and gives up at once if all reads return ones. */
SCENARIO_UNBOUND_VARIANT(close_of_gone_device, "for=flr",
			 "a device that is gone can be closed, and opened again once it is back",
			 close_waits, "config-gone", false)
