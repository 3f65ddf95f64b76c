// SPDX-License-Identifier: GPL-2.0-only
/*
 * hotplug: a device that is unplugged and replugged while user space has it open. VFIO asks the
 * user to close it through the request interrupt (VFIO_PCI_REQ_IRQ_INDEX in
 * include/uapi/linux/vfio.h) and waits for the close.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/live.h"
#include "scenarios/lib/dut/slot.h"
#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/pci/uevent.h"

static const char *check_native_works(const struct dut *dut)
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	int err = user_bind_and_open(&user, dut, "vfio-pci");

	if (err)
		return user_error(&user, err);
	if (config_read16(&user.dut, PCI_VENDOR_ID) != pci_number(address, "vendor", 0))
		return text("%s cannot be read", address);
	return NULL;
}

SCENARIO_UNBOUND(unplug_unused_device, "hotplug !bootbars !variant",
		 "an unused device is unplugged at once and works when it is plugged in again")
{
	cleanup_slot struct slot slot = slot_of(dut);
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_CHECK(slot_unplug(&slot));
	ASSERT_CHECK(slot_await_unplugged(&slot));
	ASSERT_CHECK(slot_plug(&slot));
	ASSERT_CHECK(check_native_works(dut));
	PASS();
}

/* Bind and open DUT with the eventfd REQUEST for its request interrupt. */
static const char *open_with_request(struct user *user, const struct dut *dut, int request)
{
	int err = user_bind_and_open(user, dut, "vfio-pci");

	if (err)
		return user_error(user, err);
	if (irq_set_request(&user->dut, request))
		return "the request interrupt cannot be enabled";
	return NULL;
}

/* One round with the device open: it requests a close, works until then, leaves, and returns. */
static const char *round_trip(struct slot *slot, bool *asked)
{
	struct dut *dut = slot->dut;
	cleanup_close int request = event_open();
	cleanup_user struct user user = USER_NONE;
	const char *why;

	why = open_with_request(&user, dut, request);
	if (why)
		return why;
	why = slot_unplug(slot);
	if (why)
		return why;
	*asked = event_wait(request, dut->wait_ms);
	if (config_read16(&user.dut, PCI_VENDOR_ID) != pci_number(dut->address, "vendor", 0))
		return "the device does not answer before its user closes it";
	user_close(&user);
	why = slot_await_unplugged(slot);
	return why ? why : slot_plug(slot);
}

SCENARIO_UNBOUND(unplug_asks_user_of_open_device, "hotplug !bootbars !variant",
		 "unplug of an open device signals the request interrupt and waits for the close; "
		 "replug works")
{
	cleanup_slot struct slot slot = slot_of(dut);
	cleanup_release const char *address = dut->address;
	bool asked = false;

	ASSERT_CHECK(round_trip(&slot, &asked));
	ASSERT_THAT(asked, "the request interrupt of %s did not arrive within %u ms", address,
		    dut->wait_ms);
	ASSERT_CHECK(check_native_works(dut));
	PASS();
}

/* close() suffices: the kernel releases everything else with the last file. */
SCENARIO_UNBOUND(
	unplug_with_dma_and_interrupts, "hotplug trigger !variant",
	"a device with DMA and interrupts in use is unplugged once closed, and works after replug")
{
	cleanup_slot struct slot slot = slot_of(dut);

	for (unsigned int round = 0; round < 2; round++) {
		cleanup_user struct user user = USER_NONE;
		cleanup_live struct live live = {0};
		const char *why;

		ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
		why = live_begin(&live, &user.dut) ?: check_live(&live);
		if (!why && !round)
			why = slot_unplug(&slot);
		ASSERT_CHECK(why);
		if (round)
			break;
		live_close(&live, &user);
		ASSERT_CHECK(slot_await_unplugged(&slot));
		ASSERT_CHECK(slot_plug(&slot));
	}
	PASS();
}

/* Raise interrupts until the user is asked to release the device, and once more. */
static const char *work_on(struct live *live, int request)
{
	const char *why = NULL;

	for (bool asked = false; !asked && !why;) {
		asked = event_wait(request, 0);
		why = check_live_interrupt(live);
	}
	return why;
}

/*
 * One round with an active device. Its DMA, which takes some devices 100 ms, is tested only by
 * unplug_with_dma_and_interrupts. The kernel releases the rest when the device's file is closed.
 */
static const char *busy_round(void *of)
{
	struct slot *slot = of;
	struct dut *dut = slot->dut;
	cleanup_close int request = event_open();
	cleanup_user struct user user = USER_NONE;
	cleanup_live struct live live = {0};
	const char *why;

	why = open_with_request(&user, dut, request);
	if (why)
		return why;
	why = live_begin(&live, &user.dut) ?: check_live_interrupt(&live);
	if (!why)
		why = slot_unplug(slot);
	if (!why)
		why = work_on(&live, request);
	if (why)
		dut_stop(&user.dut);
	live_close(&live, &user);
	if (!why)
		why = slot_await_unplugged(slot);
	if (!why)
		why = slot_plug(slot);
	/* Unread events are objects, too. */
	uevent_wait(slot->uevents, 0);
	return why;
}

static const struct growth_counter counters[] = {
	{.name = "open files", .now = growth_files},
	{.name = "locked memory (KiB)", .now = growth_locked},
	{.name = "interrupts", .now = growth_interrupts},
	{0},
};

SCENARIO_UNBOUND(repeated_unplug_leaks_nothing, "hotplug dma trigger !variant",
		 "20 unplugs of a working device leak no kernel objects and no files",
		 .deadline_ms = 60000)
{
	cleanup_slot struct slot slot = slot_of(dut);
	cleanup_release const char *address = dut->address;
	const struct growth_test test = {.round = busy_round,
					 .of = &slot,
					 .warm_up = 2,
					 .rounds = 6,
					 .slabs = true,
					 .counters = counters};

	ASSERT_NO_GROWTH(&test);
	PASS();
}
