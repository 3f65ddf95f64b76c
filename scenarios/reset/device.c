// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset: VFIO_DEVICE_RESET (include/uapi/linux/vfio.h), "reset a device", and
 * VFIO_DEVICE_FLAGS_RESET of VFIO_DEVICE_GET_INFO.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/properties.h"
#include "scenarios/lib/dut/reset-check.h"

#include <string.h>

#define COMMAND_BITS (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

SCENARIO(reset_flag_matches_ability, "",
	 "the reset flag is set if and only if the device can be reset")
{
	cleanup_free char *methods = reset_methods(dut->address);
	struct vfio_device_info info;

	ASSERT_OK(dut_info(dut, &info));
	fact("reset.methods=%s", *methods ? methods : "none");
	ASSERT_THAT(!!(info.flags & VFIO_DEVICE_FLAGS_RESET) == !!*methods,
		    "the device can be reset by '%s', its info flags are 0x%x", methods,
		    info.flags);
	PASS();
}

SCENARIO(reset_refused_without_method, "!reset",
	 "VFIO_DEVICE_RESET fails with EINVAL on a device without a reset method, which keeps "
	 "working")
{
	uint16_t vendor = config_read16(dut, PCI_VENDOR_ID);

	ASSERT_ERRNO(EINVAL, dut_reset(dut));
	ASSERT_HEX(vendor, config_read16(dut, PCI_VENDOR_ID));
	PASS();
}

SCENARIO(reset_clears_device_state, "reset mark", "a reset returns the device to its initial state")
{
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_mark(dut));
	ASSERT_THAT(dut_marked(dut) == 1, "the state that a reset must undo could not be set up");
	ASSERT_OK(dut_reset(dut));
	ASSERT_THAT(dut_marked(dut) == 0,
		    "the device was not reset: it still has the state set up before");
	PASS();
}

/* Link state after a bus reset, and errors logged meanwhile, are not restored. */
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

/* Set values different from those after a reset. */
static int set_some(struct dut *dut)
{
	int err = config_write16(dut, PCI_COMMAND, config_read16(dut, PCI_COMMAND) | COMMAND_BITS);

	if (!err)
		err = config_write8(dut, PCI_CACHE_LINE_SIZE, 0x10);
	return err ? err : config_write8(dut, PCI_INTERRUPT_LINE, 0x5a);
}

SCENARIO(reset_keeps_virtual_config, "reset",
	 "a reset leaves config space as shown by VFIO unchanged")
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

/* Checks the device itself: VFIO shows BARs and COMMAND from its own copy. */
SCENARIO(reset_keeps_physical_config, "reset",
	 "a reset leaves the device's own BARs and COMMAND unchanged")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	uint8_t before[64], after[64];

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | COMMAND_BITS));
	ASSERT_OK(pci_header(dut->address, before));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(pci_header(dut->address, after));
	ASSERT_BYTES(before, after, sizeof(before));
	PASS();
}

SCENARIO(reset_keeps_memory_off, "reset bar=mem",
	 "memory turned off by the user stays off across a reset")
{
	cleanup_command struct kept_command command = config_keep_command(dut);

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~COMMAND_BITS));
	ASSERT_OK(dut_reset(dut));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & COMMAND_BITS);
	PASS();
}

SCENARIO(mapping_works_after_reset, "reset scratch bar=mmap",
	 "a mapping of a BAR still reaches the device after a reset")
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

/* Whether interrupts stay enabled is undefined, but they can be disabled and enabled again. */
static enum greatest_test_res interrupts_after(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *before = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(irqs_disable(before));
	ASSERT_CHECK(check_irq_works(dut, kind));
	PASS();
}

SCENARIO(intx_works_after_reset, "reset irq=intx trigger=intx",
	 "INTx enabled before a reset can be enabled again and works")
{
	return interrupts_after(dut, IRQ_INTX);
}

SCENARIO(msi_works_after_reset, "reset irq=msi trigger=msi",
	 "MSI enabled before a reset can be enabled again and works")
{
	return interrupts_after(dut, IRQ_MSI);
}

SCENARIO(msix_works_after_reset, "reset irq=msix trigger=msix",
	 "MSI-X enabled before a reset can be enabled again and works")
{
	return interrupts_after(dut, IRQ_MSIX);
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

/* reset_method in Documentation/ABI/testing/sysfs-bus-pci: the methods to try, in this order. */
static enum greatest_test_res by_method(struct dut *dut, const char *method)
{
	cleanup_method struct kept_method kept = {.address = dut->address};
	const bool no_reset = !strcmp(method, "pm") && dut->driver->d3hot_keeps;
	cleanup_free char *chosen = NULL;
	uint8_t before[64];

	ASSERT_OK(pci_read(dut->address, "reset_method", &kept.methods));
	ASSERT_OK(pci_write(dut->address, "reset_method", method));
	ASSERT_OK(pci_read(dut->address, "reset_method", &chosen));
	ASSERT_THAT(!strcmp(chosen, method), "reset_method: expected '%s', got '%s'", method,
		    chosen);
	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(no_reset ? check_header_restored(dut, before) : check_reset_done(dut, before));
	PASS();
}

SCENARIO(flr_alone_resets, "reset_choice reset=flr",
	 "the device is reset if FLR is the only method allowed")
{
	return by_method(dut, "flr");
}

SCENARIO(pm_alone_resets, "reset_choice reset=pm",
	 "the device is reset if D3hot and back is the only method allowed")
{
	return by_method(dut, "pm");
}

SCENARIO(bus_reset_alone_resets, "reset_choice reset=bus",
	 "the device is reset if a bus reset is the only method allowed")
{
	return by_method(dut, "bus");
}

/* The flag promises what the ioctl does; an administrator may change that while it is open. */
SCENARIO(reset_flag_follows_reset_method, "reset_choice reset=flr once",
	 "while no reset method is allowed, the reset flag is clear or VFIO_DEVICE_RESET works")
{
	cleanup_method struct kept_method kept = {.address = dut->address};
	struct vfio_device_info info;
	int err;

	ASSERT_OK(pci_read(dut->address, "reset_method", &kept.methods));
	ASSERT_OK(pci_write(dut->address, "reset_method", "\n"));
	ASSERT_OK(dut_info(dut, &info));
	err = dut_reset(dut);
	ASSERT_THAT(!(info.flags & VFIO_DEVICE_FLAGS_RESET) == !!err,
		    "info flags are 0x%x, but VFIO_DEVICE_RESET returns %s", info.flags,
		    error_name(err));
	PASS();
}

/*
 * Initiate Function Level Reset (PCI Express, 7.5.3.4): VFIO performs it as a reset of its own,
 * because the device would lose the configuration set by the kernel.
 */
SCENARIO(flr_bit_in_config_resets, "pcie reset=flr",
	 "setting the FLR bit in config space resets the device and keeps its header")
{
	unsigned int at = config_capability(dut, PCI_CAP_ID_EXP) + PCI_EXP_DEVCTL;
	uint8_t before[64];

	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_OK(reset_by_flr_bit(dut));
	ASSERT_HEX(0, config_read16(dut, at) & PCI_EXP_DEVCTL_BCR_FLR);
	ASSERT_CHECK(check_reset_done(dut, before));
	PASS();
}

/* VFIO resets at the last close and at the next open, if possible; either suffices. */
SCENARIO_UNBOUND(device_reset_between_users, "reset mark",
		 "the next user of a device does not see the state left by the last one")
{
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dut_mark(&user.dut));
	user_close(&user);
	ASSERT_OK(user_open(&user, dut));
	ASSERT_OK(config_write16(&user.dut, PCI_COMMAND,
				 config_read16(&user.dut, PCI_COMMAND) | PCI_COMMAND_MEMORY));
	ASSERT_THAT(dut_marked(&user.dut) == 0,
		    "the device still has the state left by its last user");
	PASS();
}
