// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset: VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET
 * (include/uapi/linux/vfio.h), the reset of all functions on a bus, whose caller must own their
 * groups.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/vfio/hot-reset.h"

#include <string.h>

SCENARIO(hot_reset_info_lists_bus, "",
	 "GET_PCI_HOT_RESET_INFO lists all functions below the same bridge")
{
	unsigned int functions = hot_functions(dut->address), count = 0;
	bool itself = false;
	struct hot_set set;

	if (!functions) {
		ASSERT_ERRNO(ENODEV, hot_set_ask(dut, &set));
		PASS();
	}
	ASSERT_OK(hot_set_ask(dut, &set));
	ASSERT_NUMBER(functions, set.count);
	ASSERT_NUMBER(dut->mode == MODE_CDEV, set.by_device);
	for (unsigned int i = 0; i < set.count; i++) {
		const struct hot_member *member = &set.members[i];
		bool is_dut = !strcmp(member->address, dut->address);

		if (!set.by_device)
			ASSERT_NUMBER(pci_group(member->address), member->group);
		else if (is_dut)
			ASSERT_NUMBER(dut->vfio.devid, member->group);
		itself |= is_dut;
	}
	ASSERT_THAT(itself, "%s is not in its own set", dut->address);
	ASSERT_ERRNO(ENOSPC, hot_set_ask_short(dut, functions - 1, &count));
	ASSERT_NUMBER(functions, count);
	PASS();
}

/*
 * The DUT's own group suffices if it contains the whole set; for a larger set see
 * sriov/hot_reset_needs_groups_of_vfs.
 */
SCENARIO(hot_reset_refused_without_group, "hot:1 container",
	 "a hot reset with the group missing, or with an fd that is not a group, is refused")
{
	const int32_t container = dut->vfio.container, closed = -1;
	const int32_t many[] = {dut->vfio.group, dut->vfio.group, dut->vfio.group, dut->vfio.group,
				dut->vfio.group, dut->vfio.group, dut->vfio.group, dut->vfio.group};
	uint16_t vendor = config_read16(dut, PCI_VENDOR_ID);
	uint8_t before[64];

	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_ERRNO(EINVAL, vfio_hot_reset(dut->vfio.device, NULL, 0));
	ASSERT_ERRNO(EINVAL, vfio_hot_reset(dut->vfio.device, &container, 1));
	ASSERT_ERRNO(EBADF, vfio_hot_reset(dut->vfio.device, &closed, 1));
	ASSERT_ERRNO(EINVAL, vfio_hot_reset(dut->vfio.device, many, ARRAY_SIZE(many)));
	if (dut->driver->mark)
		ASSERT_NUMBER(1, dut_marked(dut));
	ASSERT_HEX(vendor, config_read16(dut, PCI_VENDOR_ID));
	PASS();
}

/* Bind all other functions on the bus to DRIVER, without opening them; "": unbind them. */
static int bind_others(const char *address, const char *driver)
{
	cleanup_list struct list members = {0};
	int err = pci_group_members(address, &members);

	for (size_t i = 0; i < members.count && !err; i++) {
		if (!strcmp(members.items[i], address))
			continue;
		err = *driver ? pci_bind(members.items[i], driver) : pci_unbind(members.items[i]);
	}
	return err;
}

/* The functions of a group; released at the end of the scope. */
struct lent {
	const char *address; /* of the DUT, which VFIO restores when it is closed */
	struct list members;
	uint16_t commands[HOT_MAX]; /* before */
};

static struct lent lend(const struct dut *dut)
{
	struct lent lent = {.address = dut->address};

	pci_group_members(dut->address, &lent.members);
	for (size_t i = 0; i < lent.members.count && i < HOT_MAX; i++)
		lent.commands[i] = pci_config16(lent.members.items[i], PCI_COMMAND);
	return lent;
}

/*
 * A function that is not open sleeps. 5.10 wakes it for a reset of the bus and saves its config
 * space only then: without No_Soft_Reset, COMMAND is 0 by then (docs/findings.md).
 */
static void release_group(struct lent *lent)
{
	const uint16_t decode = PCI_COMMAND_IO | PCI_COMMAND_MEMORY;
	bool kept = true;

	for (size_t i = 0; i < lent->members.count && i < HOT_MAX; i++) {
		const char *member = lent->members.items[i];
		uint16_t now;

		pci_release(&member);
		now = pci_config16(member, PCI_COMMAND);
		if (!strcmp(member, lent->address) || !(lent->commands[i] & ~now & decode))
			continue;
		kept = false;
		pci_config_write16(member, PCI_COMMAND, now | (lent->commands[i] & decode));
	}
	if (lent->members.count > 1)
		fact("others.command.kept=%d", kept);
	list_free(&lent->members);
}

#define cleanup_group __attribute__((cleanup(release_group)))

/* A user that owns the whole set resets it, whether the other functions are open or not. */
static enum greatest_test_res hot_reset_of_group(struct dut *dut, bool open_others)
{
	cleanup_group struct lent lent = lend(dut);
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_list struct list members = {0};
	int others[HOT_MAX];
	unsigned int opened = 0;
	const char *why;
	uint8_t before[64];
	int err;

	ASSERT_OK(pci_group_members(address, &members));
	if (hot_functions(address) > members.count)
		SKIPm("a hot reset affects functions of other groups");
	ASSERT_OK(bind_others(address, "vfio-pci"));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	for (size_t i = 0; open_others && i < members.count && i < HOT_MAX; i++) {
		if (strcmp(members.items[i], address))
			others[opened++] = vfio_open_beside(&user.dut.vfio, members.items[i], NULL);
	}
	ASSERT_OK(reset_prepare(&user.dut, before));
	err = hot_reset(&user.dut);
	why = err ? NULL : check_reset_done(&user.dut, before);
	dut_stop(&user.dut);
	for (unsigned int i = 0; i < opened; i++) {
		ASSERT_OK(others[i]);
		close(others[i]);
	}
	ASSERT_OK(err);
	ASSERT_CHECK(why);
	PASS();
}

SCENARIO_UNBOUND(hot_reset_with_one_function_open, "hot:1 !pf !vf !variant",
		 "a hot reset works with one function open and the others bound to vfio-pci")
{
	return hot_reset_of_group(dut, false);
}

SCENARIO_UNBOUND(hot_reset_with_all_functions_open, "hot:2 !pf !vf !variant",
		 "a hot reset works with all functions open")
{
	return hot_reset_of_group(dut, true);
}

/* Returns the register of an open device, or 0 if it cannot be read. */
static uint32_t first_bar(int device)
{
	struct dut other = {.vfio = VFIO_CLOSED};

	other.vfio.device = device;
	return config_read32(&other, PCI_BASE_ADDRESS_0);
}

/* If a bus reset is the only method, closing one of several functions could reset them all. */
SCENARIO_UNBOUND(functions_opened_by_name, "hot:2 !pf !vf !variant",
		 "functions of a group are opened by name, and an open one keeps its state when "
		 "others close")
{
	cleanup_group struct lent lent = lend(dut);
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_list struct list members = {0};

	ASSERT_OK(bind_others(address, "vfio-pci"));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(dut_start(&user.dut));
	if (dut->driver->mark)
		ASSERT_OK(dut_mark(&user.dut));
	ASSERT_OK(pci_group_members(address, &members));
	for (size_t i = 0; i < members.count; i++) {
		const char *member = members.items[i];
		cleanup_close int other = -1;
		uint32_t bar = 0;

		if (!strcmp(member, address))
			continue;
		other = vfio_open_beside(&user.dut.vfio, member, NULL);
		ASSERT_OK(other);
		ASSERT_OK(pci_config(member, PCI_BASE_ADDRESS_0, &bar, sizeof(bar)));
		ASSERT_HEX(bar, first_bar(other));
	}
	if (dut->driver->mark)
		ASSERT_NUMBER(1, dut_marked(&user.dut));
	PASS();
}

/* 5.10 and later: vfio_pci_try_bus_reset(), vfio_pci_dev_set_try_reset(). */
SCENARIO_UNBOUND(bus_reset_at_last_close_of_set, "hot:2 mark !reset",
		 "functions that only a bus reset resets together are reset when the last one "
		 "closes")
{
	cleanup_group struct lent lent = lend(dut);
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(bind_others(dut->address, "vfio-pci"));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dut_mark(&user.dut));
	user_close(&user);
	ASSERT_OK(user_open(&user, dut));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_NUMBER(0, dut_marked(&user.dut));
	PASS();
}

SCENARIO_UNBOUND(hot_reset_refused_with_unbound_function, "hot:2 !pf !vf !variant",
		 "a hot reset is refused while a function of the set is not bound to vfio-pci")
{
	cleanup_group struct lent lent = lend(dut);
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64];
	int err;

	ASSERT_OK(bind_others(address, ""));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_OK(reset_prepare(&user.dut, before));
	err = hot_reset(&user.dut);
	dut_stop(&user.dut);
	fact("hot_reset=%s", error_name(err));
	ASSERT_THAT(err < 0,
		    "the set was reset although one of its functions is not bound to vfio-pci");
	PASS();
}

static enum irq_kind first_trigger(struct dut *dut)
{
	static const enum irq_kind kinds[] = {IRQ_MSIX, IRQ_MSI, IRQ_INTX};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (dut->driver->triggers & IRQ_BIT(kinds[i]) && irq_count(dut, kinds[i]))
			return kinds[i];
	}
	return IRQ_KINDS;
}

SCENARIO(hot_reset_with_interrupts_and_map, "hot:1 !hot:2 bar=mmap scratch trigger",
	 "interrupts and a mapping in use during a hot reset work again afterwards")
{
	const struct dut_scratch *scratch = &dut->driver->scratch;
	const uint64_t page = scratch->offset & ~4095ull;
	const uint32_t pattern = 0x13572468 & scratch_mask(scratch);
	const enum irq_kind kind = first_trigger(dut);
	cleanup_irqs struct irqs *before = NULL;
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(region_info(dut, scratch->bar, &bar));
	ASSERT_OK(region_map(dut, &bar, page, 4096, &map));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(hot_reset(dut));
	map_write32(&map, scratch->offset - page, pattern);
	ASSERT_HEX(pattern, map_read32(&map, scratch->offset - page) & scratch_mask(scratch));
	ASSERT_OK(irqs_disable(before));
	ASSERT_CHECK(check_irq_works(dut, kind));
	PASS();
}
