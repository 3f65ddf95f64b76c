// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset: VFIO_DEVICE_RESET (include/uapi/linux/vfio.h), "reset a device", and
 * the VFIO_DEVICE_FLAGS_RESET of VFIO_DEVICE_GET_INFO that offers it.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/hot-reset.h"
#include "scenarios/lib/properties.h"

#include <string.h>

#define COMMAND_BITS (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

SCENARIO(offered_where_possible, "", "the reset flag says whether the device has a way to be reset")
{
	cleanup_free char *methods = reset_methods(dut->address);
	struct vfio_device_info info;

	ASSERT_OK(dut_info(dut, &info));
	fact("reset.methods=%s", *methods ? methods : "none");
	ASSERT_THAT(!!(info.flags & VFIO_DEVICE_FLAGS_RESET) == !!*methods,
		    "the device can be reset by '%s', its info flags are 0x%x", methods, info.flags);
	PASS();
}

SCENARIO(refused_where_not, "!reset", "a device with no way to be reset refuses it with EINVAL, and goes on")
{
	uint16_t vendor = config_read16(dut, PCI_VENDOR_ID);

	ASSERT_ERRNO(EINVAL, dut_reset(dut));
	ASSERT_HEX(vendor, config_read16(dut, PCI_VENDOR_ID));
	PASS();
}

SCENARIO(undoes_device_state, "reset mark", "a reset puts the device itself back into its first state")
{
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_mark(dut));
	ASSERT_THAT(dut_marked(dut) == 1, "the state that a reset is to undo did not come about");
	ASSERT_OK(dut_reset(dut));
	ASSERT_THAT(dut_marked(dut) == 0,
		    "the device was not reset: it still has the state that it was put into");
	PASS();
}

/* What a link does after a bus reset, and errors seen meanwhile, are no one's to restore. */
static void mask_volatile(struct dut *dut, uint8_t *config)
{
	unsigned int pcie = config_capability(dut, PCI_CAP_ID_EXP);

	memset(config + PCI_STATUS, 0, 2);
	if (!pcie)
		return;
	memset(config + pcie + PCI_EXP_DEVSTA, 0, 2);
	memset(config + pcie + PCI_EXP_LNKSTA, 0, 2);
}

static ssize_t read_config(struct dut *dut, uint8_t *config, size_t size)
{
	struct region region;
	size_t at = 0;

	memset(config, 0, size);
	if (region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &region))
		return -EIO;
	while (at < region.size && at < size) {
		ssize_t got = region_read(dut, &region, at, config + at, 4);

		if (got <= 0)
			return got ? got : -EIO;
		at += (size_t)got;
	}
	mask_volatile(dut, config);
	return (ssize_t)at;
}

/* Values that the user may set, each other than what a reset leaves. */
static int set_some(struct dut *dut)
{
	int err = config_write16(dut, PCI_COMMAND, config_read16(dut, PCI_COMMAND) | COMMAND_BITS);

	if (!err)
		err = config_write8(dut, PCI_CACHE_LINE_SIZE, 0x10);
	return err ? err : config_write8(dut, PCI_INTERRUPT_LINE, 0x5a);
}

SCENARIO(keeps_config, "reset", "config space as VFIO shows it is the same before and after a reset")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	uint8_t before[4096], after[4096];

	ASSERT_OK(set_some(dut));
	ASSERT_OK(read_config(dut, before, sizeof(before)));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(read_config(dut, after, sizeof(after)));
	ASSERT_BYTES(before, after, sizeof(before));
	PASS();
}

/* The device itself must have it back too: VFIO shows BARs and COMMAND from a copy of its own. */
SCENARIO(keeps_physical_config, "reset",
	 "BARs and COMMAND of the device itself are the same before and after a reset")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	uint8_t before[64], after[64];

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | COMMAND_BITS));
	ASSERT_OK(pci_config(dut->address, 0, before, sizeof(before)));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(pci_config(dut->address, 0, after, sizeof(after)));
	memset(before + PCI_STATUS, 0, 2);
	memset(after + PCI_STATUS, 0, 2);
	ASSERT_BYTES(before, after, sizeof(before));
	PASS();
}

SCENARIO(keeps_memory_off, "reset bar=mem", "memory that the user turned off is still off after a reset")
{
	cleanup_command struct kept_command command = config_keep_command(dut);

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~COMMAND_BITS));
	ASSERT_OK(dut_reset(dut));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & COMMAND_BITS);
	PASS();
}

SCENARIO(mapping_survives, "reset scratch bar=mmap",
	 "a mapping of a BAR reaches the device after a reset as it did before")
{
	const struct dut_scratch *scratch = &dut->driver->scratch;
	const uint64_t page = scratch->offset & ~4095ull;
	const uint32_t pattern = 0x55667788 & scratch_mask(scratch);
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	uint32_t value;

	ASSERT_OK(region_info(dut, scratch->bar, &bar));
	ASSERT_OK(region_map(dut, &bar, page, 4096, &map));
	map_write32(&map, scratch->offset - page, ~pattern);
	ASSERT_OK(dut_reset(dut));
	map_write32(&map, scratch->offset - page, pattern);
	ASSERT_OK(bar_read32(dut, scratch->bar, scratch->offset, &value));
	ASSERT_HEX(pattern, value & scratch_mask(scratch));
	PASS();
}

/* What becomes of enabled interrupts is not promised; that they can be disabled and enabled anew is. */
static enum greatest_test_res interrupts_after(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *before = NULL, *after = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(irqs_disable(before));
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &after));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(after, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

SCENARIO(intx_after, "reset irq=intx trigger=intx",
	 "INTx that was enabled at a reset can be enabled anew, and comes")
{
	return interrupts_after(dut, IRQ_INTX);
}

SCENARIO(msi_after, "reset irq=msi trigger=msi",
	 "MSI that was enabled at a reset can be enabled anew, and comes")
{
	return interrupts_after(dut, IRQ_MSI);
}

SCENARIO(msix_after, "reset irq=msix trigger=msix",
	 "MSI-X that was enabled at a reset can be enabled anew, and comes")
{
	return interrupts_after(dut, IRQ_MSIX);
}

static const char *header_not_kept(struct dut *dut, const uint8_t before[64])
{
	uint8_t after[64];

	if (pci_config(dut->address, 0, after, sizeof(after)))
		return "config space cannot be read after the reset";
	memset(after + PCI_STATUS, 0, 2);
	return bytes_differ(before, after, sizeof(after));
}

/* NULL where the device came out of a reset as it must, else what it did not. */
static const char *not_reset(struct dut *dut, const uint8_t before[64])
{
	if (dut->driver->mark && dut_marked(dut) != 0)
		return "the device was not reset: it still has the state that it was put into";
	return header_not_kept(dut, before);
}

/* Put the device into a state that a reset undoes, where the lab knows one; BEFORE is its header then. */
static int ready_for_reset(struct dut *dut, uint8_t before[64])
{
	int err = dut_start(dut);

	if (!err && dut->driver->mark)
		err = dut_mark(dut);
	if (!err)
		err = pci_config(dut->address, 0, before, 64);
	memset(before + PCI_STATUS, 0, 2);
	return err;
}

struct kept_method {
	const char *address;
	char *methods;
};

static void restore_method(struct kept_method *kept)
{
	pci_write(kept->address, "reset_method", kept->methods);
	free(kept->methods);
}

#define cleanup_method __attribute__((cleanup(restore_method)))

/* reset_method in Documentation/ABI/testing/sysfs-bus-pci: the methods that are tried, in this order. */
static enum greatest_test_res by_method(struct dut *dut, const char *method)
{
	cleanup_method struct kept_method kept = {.address = dut->address};
	const bool no_reset = !strcmp(method, "pm") && dut->driver->d3hot_keeps;
	cleanup_free char *chosen = NULL;
	uint8_t before[64];

	ASSERT_OK(pci_read(dut->address, "reset_method", &kept.methods));
	ASSERT_OK(pci_write(dut->address, "reset_method", method));
	ASSERT_OK(pci_read(dut->address, "reset_method", &chosen));
	ASSERT_THAT(!strcmp(chosen, method), "reset_method: expected '%s', got '%s'", method, chosen);
	ASSERT_OK(ready_for_reset(dut, before));
	ASSERT_OK(dut_reset(dut));
	ASSERT_NONE(no_reset ? header_not_kept(dut, before) : not_reset(dut, before));
	PASS();
}

SCENARIO(by_flr, "reset_choice reset=flr", "the device is reset where FLR is the only method allowed")
{
	return by_method(dut, "flr");
}

SCENARIO(by_pm, "reset_choice reset=pm",
	 "the device is reset where D3hot and back is the only method allowed")
{
	return by_method(dut, "pm");
}

SCENARIO(by_bus, "reset_choice reset=bus", "the device is reset where a bus reset is the only method allowed")
{
	return by_method(dut, "bus");
}

/*
 * Initiate Function Level Reset (PCI Express, 7.5.3.4): VFIO carries it out as a reset of its own, since the device
 * would lose the configuration that the kernel gave it.
 */
SCENARIO(flr_by_config, "reset=flr",
	 "an FLR that the user asks for in config space resets the device and keeps its header")
{
	unsigned int at = config_capability(dut, PCI_CAP_ID_EXP) + PCI_EXP_DEVCTL;
	uint8_t before[64];

	ASSERT_OK(ready_for_reset(dut, before));
	ASSERT_OK(config_write16(dut, at, config_read16(dut, at) | PCI_EXP_DEVCTL_BCR_FLR));
	ASSERT_HEX(0, config_read16(dut, at) & PCI_EXP_DEVCTL_BCR_FLR);
	ASSERT_NONE(not_reset(dut, before));
	PASS();
}

/* VFIO resets at the last close and at the next open, where it can; either will do. */
SCENARIO_UNBOUND(between_users, "reset mark",
		 "a device does not come to its next user in the state that the last one left")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut user = *dut;
	const char *step = "";

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(dut_start(&user));
	ASSERT_OK(dut_mark(&user));
	vfio_close(&vfio);
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(config_write16(&user, PCI_COMMAND, config_read16(&user, PCI_COMMAND) | PCI_COMMAND_MEMORY));
	ASSERT_THAT(dut_marked(&user) == 0, "the device still has the state that its last user put it into");
	PASS();
}

SCENARIO(hot_set, "", "VFIO says which functions a hot reset reaches: all that are below the same bridge")
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
	for (unsigned int i = 0; i < set.count; i++) {
		const struct hot_member *member = &set.members[i];

		ASSERT_NUMBER(pci_group(member->address), member->group);
		itself |= !strcmp(member->address, dut->address);
	}
	ASSERT_THAT(itself, "%s is not in its own set", dut->address);
	ASSERT_ERRNO(ENOSPC, hot_set_ask_short(dut, functions - 1, &count));
	ASSERT_NUMBER(functions, count);
	PASS();
}

/* The group that the DUT itself is in does for a set within it; where the set is of more, see sriov/hot_reset_of_set. */
SCENARIO(hot_refused, "hot:1", "a hot reset without the group, and with what is no group, is refused")
{
	const int32_t container = dut->vfio.container, closed = -1;
	const int32_t many[] = {dut->vfio.group, dut->vfio.group, dut->vfio.group, dut->vfio.group,
				dut->vfio.group, dut->vfio.group, dut->vfio.group, dut->vfio.group};
	uint16_t vendor = config_read16(dut, PCI_VENDOR_ID);
	uint8_t before[64];

	ASSERT_OK(ready_for_reset(dut, before));
	ASSERT_ERRNO(EINVAL, hot_reset(dut, NULL, 0));
	ASSERT_ERRNO(EINVAL, hot_reset(dut, &container, 1));
	ASSERT_ERRNO(EBADF, hot_reset(dut, &closed, 1));
	ASSERT_ERRNO(EINVAL, hot_reset(dut, many, ARRAY_SIZE(many)));
	if (dut->driver->mark)
		ASSERT_NUMBER(1, dut_marked(dut));
	ASSERT_HEX(vendor, config_read16(dut, PCI_VENDOR_ID));
	PASS();
}

/* Whoever else is on the bus, bound to DRIVER and not open; "": without a driver. */
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

static void release_group(const char **address)
{
	cleanup_list struct list members = {0};

	pci_group_members(*address, &members);
	for (size_t i = 0; i < members.count; i++) {
		const char *member = members.items[i];

		pci_release(&member);
	}
}

#define cleanup_group __attribute__((cleanup(release_group)))

/* One user that has the whole set in hand resets it, whether the others are open or not. */
static enum greatest_test_res hot_reset_of_group(struct dut *dut, bool open_others)
{
	cleanup_group const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_list struct list members = {0};
	struct dut user = *dut;
	int others[HOT_MOST];
	unsigned int opened = 0;
	const char *step = "", *why;
	uint8_t before[64];
	int err;

	ASSERT_OK(bind_others(address, "vfio-pci"));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(pci_group_members(address, &members));
	for (size_t i = 0; open_others && i < members.count && i < HOT_MOST; i++) {
		if (strcmp(members.items[i], address))
			others[opened++] = vfio_get_device(vfio.group, members.items[i], NULL);
	}
	ASSERT_OK(ready_for_reset(&user, before));
	err = hot_reset(&user, &vfio.group, 1);
	why = err ? NULL : not_reset(&user, before);
	dut_stop(&user);
	for (unsigned int i = 0; i < opened; i++) {
		ASSERT_OK(others[i]);
		close(others[i]);
	}
	ASSERT_OK(err);
	ASSERT_NONE(why);
	PASS();
}

SCENARIO_UNBOUND(
	hot_of_one_open, "hot:1 !pf !vf !variant",
	"a hot reset reaches a set of which one function is open and the others are bound to vfio-pci")
{
	return hot_reset_of_group(dut, false);
}

SCENARIO_UNBOUND(hot_of_all_open, "hot:2 !pf !vf !variant",
		 "a hot reset reaches a set of which every function is open")
{
	return hot_reset_of_group(dut, true);
}

/* The register of an open device, 0 where it cannot be read. */
static uint32_t first_bar(int device)
{
	struct dut other = {.vfio = {.container = -1, .group = -1, .device = device}};

	return config_read32(&other, PCI_BASE_ADDRESS_0);
}

/* Closing one of several functions on a bus could reset them all, if that is the only reset that there is. */
SCENARIO_UNBOUND(functions_by_name, "hot:2 !pf !vf !variant",
		 "each function of a group is opened by its name, and one that is open keeps its state when "
		 "others are closed")
{
	cleanup_group const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_list struct list members = {0};
	struct dut user = *dut;
	const char *step = "";

	ASSERT_OK(bind_others(address, "vfio-pci"));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(dut_start(&user));
	if (dut->driver->mark)
		ASSERT_OK(dut_mark(&user));
	ASSERT_OK(pci_group_members(address, &members));
	for (size_t i = 0; i < members.count; i++) {
		const char *member = members.items[i];
		cleanup_close int other = -1;
		uint32_t bar = 0;

		if (!strcmp(member, address))
			continue;
		other = vfio_get_device(vfio.group, member, NULL);
		ASSERT_OK(other);
		ASSERT_OK(pci_config(member, PCI_BASE_ADDRESS_0, &bar, sizeof(bar)));
		ASSERT_HEX(bar, first_bar(other));
	}
	if (dut->driver->mark)
		ASSERT_NUMBER(1, dut_marked(&user));
	PASS();
}

SCENARIO_UNBOUND(hot_not_of_strangers, "hot:2 !pf !vf !variant",
		 "a hot reset is refused while a function of the set is not bound to vfio-pci")
{
	cleanup_group const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut user = *dut;
	const char *step = "";
	uint8_t before[64];
	int err;

	ASSERT_OK(bind_others(address, ""));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	user.vfio = vfio;
	ASSERT_OK(ready_for_reset(&user, before));
	err = hot_reset(&user, &vfio.group, 1);
	dut_stop(&user);
	fact("hot_reset=%s", error_name(err));
	ASSERT_THAT(err < 0, "the set was reset although a function of it belongs to nobody");
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

SCENARIO(hot_while_live, "hot:1 !hot:2 bar=mmap scratch trigger",
	 "after a hot reset with interrupts and a mapping live, both can be used again")
{
	const struct dut_scratch *scratch = &dut->driver->scratch;
	const uint64_t page = scratch->offset & ~4095ull;
	const uint32_t pattern = 0x13572468 & scratch_mask(scratch);
	const enum irq_kind kind = first_trigger(dut);
	cleanup_irqs struct irqs *before = NULL, *after = NULL;
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(region_info(dut, scratch->bar, &bar));
	ASSERT_OK(region_map(dut, &bar, page, 4096, &map));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(hot_reset(dut, &dut->vfio.group, 1));
	map_write32(&map, scratch->offset - page, pattern);
	ASSERT_HEX(pattern, map_read32(&map, scratch->offset - page) & scratch_mask(scratch));
	ASSERT_OK(irqs_disable(before));
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &after));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(after, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}
