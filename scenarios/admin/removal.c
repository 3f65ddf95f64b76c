// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin: an administrator takes a device from a user who has it in full use, by unbinding its
 * driver or by removing it or the bridge above it (Documentation/ABI/testing/sysfs-bus-pci).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/dut/live.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/hot-reset.h"

#include "lab/devices/testdev-regs.h"

#include <unistd.h>

static int remove_bridge(const char *address)
{
	char bridge[PCI_ADDRESS];
	int err = pci_parent(address, bridge);

	if (!err)
		err = pci_write(bridge, "remove", "1");
	if (!err)
		err = pci_rescan();
	return err || pci_has(address, "") ? err : -ENODEV;
}

static bool alone_below_bridge(const char *address)
{
	char bridge[PCI_ADDRESS];

	return !pci_parent(address, bridge) && hot_functions(address) == 1;
}

static const struct taking {
	const char *name;
	int (*take)(const char *address);
	bool removes, bridge;
} takings[] = {
	{"unbind", pci_unbind, false, false},
	{"remove", pci_remove_and_rescan, true, false},
	{"remove of the bridge", remove_bridge, true, true},
};

/* Bind and open DUT, with the eventfd REQUEST for its request interrupt. */
static enum greatest_test_res begin(const struct dut *dut, struct user *user, int request)
{
	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	ASSERT_OK(irq_set_request(&user->dut, request));
	PASS();
}

/*
 * Returns NULL if nobody else can open the device any more, or a message. Whoever has its group is
 * not somebody else.
 */
static const char *check_not_offered(const struct user *user)
{
	const struct vfio *vfio = &user->dut.vfio;
	const char *address = user->dut.address;
	const bool by_file = user->dut.mode == MODE_CDEV;
	cleanup_close int device =
		by_file ? cdev_open(address) : vfio_get_device(vfio->group, address, NULL);

	fact("open_again=%s", device < 0 ? error_name(device) : "0");
	return device < 0 || !by_file ? NULL : "the device can be opened while it is taken away";
}

/* "Device is blocked until released by user": it must not notice anything else until then. */
SCENARIO_UNBOUND_TABLE(
	taken_device_works_until_closed, takings,
	"iommu !group:2 !vf !variant !bootbars !mode=compat",
	"while an unbind or removal waits, interrupts, DMA and maps work, and nobody else can "
	"open the device; it ends with the close, and the device works again",
	.deadline_ms = 30000)
{
	cleanup_release const char *address = dut->address;
	cleanup_close int request = event_open();
	cleanup_aside struct aside taken = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	cleanup_live struct live live = {0};

	if (row->bridge && !alone_below_bridge(address))
		SKIP();
	if (row->removes && vfio_groups_notified())
		SKIPm("VFIO releases the group in a worker, which may crash: docs/findings.md");
	CHECK_CALL(begin(dut, &user, request));
	ASSERT_CHECK(live_begin(&live, &user.dut));
	ASSERT_CHECK(check_aside_asks(&taken, row->take, address, &user.dut, request));
	ASSERT_CHECK(check_live(&live));
	ASSERT_CHECK(check_not_offered(&user));
	ASSERT_CHECK(check_aside_waits(&taken, 0));
	live_close(&live, &user);
	ASSERT_CHECK(check_aside_ends(&taken, 2 * dut->wait_ms));
	live_end(&live);
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_CHECK(live_begin(&live, &user.dut) ?: check_live(&live));
	PASS();
}

static int by_file(const char *address)
{
	return pci_write(address, "reset", "1");
}

/* The unbind holds the lock of the device, which each reset needs. */
SCENARIO_UNBOUND(resets_end_while_unbind_waits, "reset !group:2 !variant !mode=compat",
		 "while an unbind waits for the user, the user's resets do not, and an "
		 "administrator's reset ends after it",
		 .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	cleanup_close int request = event_open();
	cleanup_aside struct aside unbound = ASIDE_NONE, reset = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	int by_ioctl;

	CHECK_CALL(begin(dut, &user, request));
	ASSERT_CHECK(check_aside_asks(&unbound, pci_unbind, address, &user.dut, request));
	ASSERT_OK(aside_begin(&reset, by_file, address, &user.dut.vfio));
	by_ioctl = dut_reset(&user.dut);
	fact("ioctl=%s", by_ioctl ? error_name(by_ioctl) : "0");
	ASSERT_THAT(!by_ioctl || by_ioctl == -EAGAIN, "VFIO_DEVICE_RESET: %s",
		    error_name(by_ioctl));
	if (hot_functions(address) == 1) {
		const int hot = hot_reset(&user.dut);

		fact("hot=%s", hot ? error_name(hot) : "0");
	}
	ASSERT_CHECK(check_vfio_works(address, &user.dut.vfio));
	ASSERT_CHECK(check_aside_waits(&reset, 0));
	ASSERT_CHECK(check_aside_waits(&unbound, 0));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&unbound, 2 * dut->wait_ms));
	ASSERT_CHECK(check_aside_ends(&reset, 2 * dut->wait_ms));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* Resets of the device since the guest started, of whatever kind. */
static int resets_of(struct dut *dut, uint32_t *total)
{
	uint32_t flr = 0, pm = 0, bus = 0;
	int err = config_set_memory(dut, true);

	if (!err)
		err = bar_read32(dut, 0, TESTDEV_RESETS_FLR, &flr);
	if (!err)
		err = bar_read32(dut, 0, TESTDEV_RESETS_PM, &pm);
	if (!err)
		err = bar_read32(dut, 0, TESTDEV_RESETS_BUS, &bus);
	*total = flr + pm + bus;
	return err;
}

/* Close the device, while its unbind waits if TAKEN, open it again, and count its resets. */
static enum greatest_test_res close_and_reopen(const struct dut *dut, bool taken, uint32_t *resets)
{
	cleanup_close int request = event_open();
	cleanup_aside struct aside unbound = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	uint32_t before, after;

	CHECK_CALL(begin(dut, &user, request));
	ASSERT_OK(resets_of(&user.dut, &before));
	if (taken)
		ASSERT_CHECK(
			check_aside_asks(&unbound, pci_unbind, dut->address, &user.dut, request));
	user_close(&user);
	if (taken)
		ASSERT_CHECK(check_aside_ends(&unbound, 2 * dut->wait_ms));
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(resets_of(&user.dut, &after));
	*resets = after - before;
	PASS();
}

/*
 * vfio_pci_core_disable() resets only if it gets the lock of the device, which the unbind holds. An
 * open resets as well, but a driver of the kernel would find the device as its user left it.
 */
SCENARIO_UNBOUND(closed_while_unbind_waits, "driver=vfiolab_testdev reset once !vf !variant",
		 "a device closed while its unbind waits is reset for its next user; fact: whether "
		 "already by the close")
{
	cleanup_release const char *address = dut->address;
	uint32_t usual, taken;

	CHECK_CALL(close_and_reopen(dut, false, &usual));
	ASSERT_OK(pci_unbind(address));
	CHECK_CALL(close_and_reopen(dut, true, &taken));
	fact("reset_by_close=%s", taken < usual ? "no" : "yes");
	ASSERT_THAT(taken >= 1, "it was not reset");
	PASS();
}

/* Bind and open DUT, and have it used in each way that takes a reference on its group. */
static enum greatest_test_res use_group(const struct dut *dut)
{
	cleanup_user struct user user = USER_NONE;
	cleanup_live struct live live = {0};
	struct hot_set set;
	int err;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_CHECK(live_begin(&live, &user.dut) ?: check_live(&live));
	err = hot_set_ask(&user.dut, &set);
	ASSERT_THAT(!err || err == -ENODEV, "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO: %s",
		    error_name(err));
	live_close(&live, &user);
	PASS();
}

/*
 * Whoever keeps a reference on a group keeps its number and folder as well. The window of a bridge
 * has no room for a large BAR again unless the bridge is removed, too. A group that VFIO's worker
 * releases after the device is gone ends the guest of 5.10 (docs/findings.md).
 */
SCENARIO_UNBOUND(removed_device_leaves_no_group, "iommu !group:2 !vf !variant !bootbars !bar=large",
		 "the IOMMU group of a device that was in use goes when the device is removed")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *group = text("/sys/kernel/iommu_groups/%d/devices", pci_group(address));
	bool left;

	if (vfio_groups_notified())
		SKIPm("VFIO releases the group later, in a worker");
	ASSERT_THAT(!access(group, F_OK), "%s does not exist", group);
	CHECK_CALL(use_group(dut));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_write(address, "remove", "1"));
	left = !access(group, F_OK);
	ASSERT_OK(pci_rescan());
	ASSERT_THAT(!left, "%s was left", group);
	PASS();
}

SCENARIO_UNBOUND(
	group_file_outlives_device, "iommu !group:2 !vf !variant !bootbars !bar=large !mode=cdev",
	"a group's file that is open while its device is removed can be closed afterwards, "
	"and the device opened again")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_close int group = -1;

	if (vfio_groups_notified())
		SKIPm("the kernel crashes, and the guest with it: docs/findings.md");
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	group = vfio_open_group(address);
	ASSERT_THAT(group >= 0, "its file cannot be opened: %s", error_name(group));
	ASSERT_OK(pci_write(address, "remove", "1"));
	close(group);
	group = -1;
	ASSERT_OK(pci_rescan());
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	PASS();
}
