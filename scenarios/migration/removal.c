// SPDX-License-Identifier: GPL-2.0-only
/*
 * migration: a device that is unplugged in each state. Its user is asked to close it, and can
 * finish a migration before that; or it was pulled out, and nothing of it answers any more. A
 * rescan does not bring VFs back.
 */
#include "scenarios/migration/migration.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/dut/model-fault.h"
#include "scenarios/lib/dut/slot.h"

#include <unistd.h>

static const struct {
	const char *name;
	enum mig state;
	enum mig next; /* an arc that the device has to take part in */
} states[] = {
	{"STOP", MIG_STOP, MIG_RUNNING},
	{"RUNNING", MIG_RUNNING, MIG_STOP},
	{"STOP_COPY", MIG_STOP_COPY, MIG_RUNNING},
	{"RESUMING", MIG_RESUMING, MIG_STOP},
	{"RUNNING_P2P", MIG_RUNNING_P2P, MIG_RUNNING},
	{"PRE_COPY", MIG_PRE_COPY, MIG_STOP_COPY},
	{"PRE_COPY_P2P", MIG_PRE_COPY_P2P, MIG_STOP_COPY},
	{"ERROR", MIG_ERROR, MIG_RUNNING},
};

static int remove_device(const char *address)
{
	return pci_write(address, "remove", "1");
}

/* Bind and open DUT, with the eventfd REQUEST for its request interrupt. */
static enum greatest_test_res begin(const struct dut *dut, struct user *user, int request)
{
	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	ASSERT_OK(irq_set_request(&user->dut, request));
	ASSERT_OK(dut_start(&user->dut));
	PASS();
}

/* The device is there again, for a user who knows nothing of the one before. */
static enum greatest_test_res next_user(const struct dut *dut)
{
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_CHECK(check_mig_state(&user.dut, MIG_RUNNING));
	PASS();
}

SCENARIO_UNBOUND_TABLE(removal_waits_in_each_state, states, NEEDED " !vf",
		       "a removal in any state asks the user to close the device, waits for that, "
		       "and ends the session; the device is RUNNING when it is back",
		       .deadline_ms = 30000)
{
	cleanup_release const char *address = dut->address;
	cleanup_close int request = event_open();
	cleanup_aside struct aside removal = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	cleanup_close int fd = -1;

	CHECK_CALL(begin(dut, &user, request));
	ASSERT_CHECK(mig_enter(&user.dut, row->state, &fd));
	ASSERT_CHECK(
		check_aside_asks(&removal, pci_remove_and_rescan, address, &user.dut, request));
	ASSERT_CHECK(check_mig_state(&user.dut, row->state));
	ASSERT_CHECK(check_aside_waits(&removal, 20));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&removal, 2 * dut->wait_ms));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	return next_user(dut);
}

#define KEPT (VENDOR_MEMORY + 3 * VENDOR_CHUNK)

/* That is what the request is for: the user migrates away from a device that leaves. */
SCENARIO_UNBOUND(migration_finishes_while_removal_waits, NEEDED " !vf once",
		 "a device whose removal waits can be saved to the end, and another one continues "
		 "with its state",
		 .deadline_ms = 15000)
{
	cleanup_release const char *address = dut->address;
	cleanup_close int request = event_open();
	cleanup_aside struct aside removal = ASIDE_NONE;
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_user struct user user = USER_NONE;
	cleanup_peer struct peer peer = PEER_NONE;
	cleanup_close int fd = -1;
	uint32_t value = 0;

	CHECK_CALL(begin(dut, &user, request));
	ASSERT_CHECK(mig_enter(&user.dut, MIG_PRE_COPY, &fd));
	ASSERT_ERRNO(ENOMSG, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_CHECK(
		check_aside_asks(&removal, pci_remove_and_rescan, address, &user.dut, request));
	ASSERT_OK(bar_write32(&user.dut, 0, KEPT, 0x7a4e0ff));
	ASSERT_OK(mig_set(&user.dut, MIG_STOP_COPY, NULL));
	ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_CHECK(check_aside_waits(&removal, 0));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&removal, 2 * dut->wait_ms));
	ASSERT_CHECK(peer_open(&peer, dut));
	ASSERT_OK(dut_start(&peer.user.dut));
	ASSERT_CHECK(mig_load(&peer.user.dut, &stream, MIG_RUNNING));
	ASSERT_OK(bar_read32(&peer.user.dut, 0, KEPT, &value));
	ASSERT_HEX(0x7a4e0ff, value);
	return next_user(dut);
}

SCENARIO_UNBOUND_TABLE(unplug_waits_in_each_state, states, NEEDED " hotplug once",
		       "an unplug in any state asks the user to close the device, waits for that, "
		       "and ends the session; a device that is plugged in again is RUNNING",
		       .deadline_ms = 30000)
{
	cleanup_slot struct slot slot = slot_of(dut);
	cleanup_release const char *address __attribute__((unused)) = dut->address;
	cleanup_close int request = event_open();
	cleanup_user struct user user = USER_NONE;
	cleanup_close int fd = -1;

	CHECK_CALL(begin(dut, &user, request));
	ASSERT_CHECK(mig_enter(&user.dut, row->state, &fd));
	ASSERT_CHECK(slot_unplug(&slot));
	ASSERT_THAT(event_wait(request, dut->wait_ms), "the user is not asked to close it");
	ASSERT_CHECK(check_mig_state(&user.dut, row->state));
	user_close(&user);
	ASSERT_CHECK(slot_await_unplugged(&slot));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	ASSERT_CHECK(slot_plug(&slot));
	return next_user(dut);
}

/* Plug DUT in again. */
static void put_back(struct dut **dut)
{
	fault_repair(*dut);
	pci_rescan();
}
#define cleanup_pulled __attribute__((cleanup(put_back)))

SCENARIO_UNBOUND_TABLE(pulled_device_in_each_state, states, NEEDED " !vf once",
		       "a device that was pulled out in any state takes no arc (ENODEV), its "
		       "session ends, and it can be closed and removed; it is RUNNING when it is "
		       "back",
		       .deadline_ms = 30000)
{
	cleanup_release const char *address = dut->address;
	cleanup_pulled struct dut *pulled = dut;
	cleanup_close int request = event_open();
	cleanup_aside struct aside removal = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	cleanup_close int fd = -1;
	uint64_t size;

	CHECK_CALL(begin(dut, &user, request));
	ASSERT_CHECK(mig_enter(&user.dut, row->state, &fd));
	ASSERT_CHECK(fault_arm(pulled, "config-gone"));
	ASSERT_CHECK(check_aside_asks(&removal, remove_device, address, &user.dut, request));
	ASSERT_ERRNO(ENODEV, mig_data_size(&user.dut, &size));
	ASSERT_ERRNO(row->state == MIG_ERROR ? EINVAL : ENODEV,
		     mig_set(&user.dut, row->next, NULL));
	ASSERT_CHECK(check_mig_state(&user.dut, MIG_ERROR));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&removal, 2 * dut->wait_ms));
	ASSERT_THAT(!pci_has(address, ""), "the device is still there");
	ASSERT_CHECK(fault_repair(pulled));
	ASSERT_OK(pci_rescan());
	return next_user(dut);
}
