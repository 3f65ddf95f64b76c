// SPDX-License-Identifier: GPL-2.0-only
/*
 * config: the bits that a user may write. VFIO passes on those that affect only the function,
 * emulates some itself, and ignores the rest (Documentation/driver-api/vfio.rst; the registers are
 * those of PCI Local Bus 3.0, 6.2, and PCI Express 5.0, 7.5 to 7.8).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/permissions.h"

/* A register and its value, restored at the end of the scope. */
struct kept_register {
	struct dut *dut;
	unsigned int at;
	size_t size;
	uint32_t value;
};

static void restore_register(struct kept_register *kept)
{
	if (kept->size)
		config_put(kept->dut, kept->at, kept->size, kept->value);
}

#define cleanup_register __attribute__((cleanup(restore_register)))

static enum greatest_test_res dword_is_read_only(struct dut *dut, const struct config_caps *caps,
						 const struct known_area *area, unsigned int at)
{
	const uint32_t was = config_get(dut, at, 4);
	const uint32_t physical = config_physical(dut, at, 4);
	cleanup_register struct kept_register kept = {0};
	uint32_t fixed, probe, changed;

	probe = permission_probe(dut, caps, at, was, &fixed);
	kept = (struct kept_register){dut, at, 4, (probe & ~fixed) | (was & fixed)};
	ASSERT_OK(config_put(dut, at, 4, probe));
	changed =
		((config_get(dut, at, 4) ^ was) | (config_physical(dut, at, 4) ^ physical)) & fixed;
	ASSERT_THAT(!changed, "0x%x (0x%x of %s 0x%x): read-only bits 0x%x changed", at,
		    at - area->at,
		    area->space == IN_EXTENDED ? "extended capability" : "capability", area->id,
		    changed);
	PASS();
}

SCENARIO(read_only_bits_not_writable, "",
	 "writes do not change read-only bits of the header and the capabilities")
{
	struct config_caps caps;
	struct known_area area;

	ASSERT_CHECK(config_walk(dut, &caps));
	for (size_t i = 0; known_area(dut, &caps, i, &area); i++) {
		for (unsigned int at = area.at; at + 4 <= area.at + area.len; at += 4)
			CHECK_CALL(dword_is_read_only(dut, &caps, &area, at));
	}
	PASS();
}

/* Test each bit: bits that the device never sees must read back exactly as written. */
static enum greatest_test_res kept_by_vfio(struct dut *dut, const struct permission *reg,
					   unsigned int at)
{
	const uint32_t was = config_get(dut, at, reg->size);
	const uint32_t physical = config_physical(dut, at, reg->size);
	const uint32_t other = was ^ reg->is_virtual;
	cleanup_register struct kept_register kept = {dut, at, reg->size, was};

	ASSERT_OK(config_put(dut, at, reg->size, other));
	ASSERT_HEX(other & reg->is_virtual, config_get(dut, at, reg->size) & reg->is_virtual);
	ASSERT_HEX(physical & reg->is_virtual,
		   config_physical(dut, at, reg->size) & reg->is_virtual);
	ASSERT_OK(config_put(dut, at, reg->size, was));
	ASSERT_HEX(was, config_get(dut, at, reg->size));
	PASS();
}

SCENARIO(virtual_bits_do_not_reach_device, "",
	 "virtualised bits keep the written value and never reach the device")
{
	struct config_caps caps;

	ASSERT_CHECK(config_walk(dut, &caps));
	for (size_t i = 0; i < permissions_count; i++) {
		const unsigned int at = permission_offset(dut, &caps, &permissions[i]);

		if (at && permissions[i].is_virtual &&
		    kept_by_vfio(dut, &permissions[i], at) == GREATEST_TEST_RES_FAIL)
			return scenario_row_failed(permissions[i].name);
	}
	PASS();
}

/* Devices implement different bits, and the set that the kernel passes on may change. */
static enum greatest_test_res shown_as_it_is(struct dut *dut, const struct permission *reg,
					     unsigned int at)
{
	const uint32_t tried = reg->writable & ~reg->is_virtual & ~reg->acts & ~reg->clears;
	const uint32_t was = config_get(dut, at, reg->size);
	cleanup_register struct kept_register kept = {dut, at, reg->size, was & ~reg->clears};
	uint32_t now;

	if (!tried)
		PASS();
	ASSERT_OK(config_put(dut, at, reg->size, (was ^ tried) & ~reg->clears));
	now = config_get(dut, at, reg->size);
	ASSERT_HEX(config_physical(dut, at, reg->size) & tried, now & tried);
	ASSERT_OK(config_put(dut, at, reg->size, was & ~reg->clears));
	ASSERT_HEX(was & ~reg->clears, config_get(dut, at, reg->size) & ~reg->clears);
	fact("%s.writable=0x%x", reg->name, (now ^ was) & tried);
	PASS();
}

SCENARIO(device_bits_reach_device, "!vf",
	 "bits that are not virtualised are written to and read from the device")
{
	struct config_caps caps;

	ASSERT_CHECK(config_walk(dut, &caps));
	for (size_t i = 0; i < permissions_count; i++) {
		const unsigned int at = permission_offset(dut, &caps, &permissions[i]);

		if (at && shown_as_it_is(dut, &permissions[i], at) == GREATEST_TEST_RES_FAIL)
			return scenario_row_failed(permissions[i].name);
	}
	PASS();
}

/* A vector that VFIO did not set up would write to an address chosen by the user. */
SCENARIO(msi_enable_bits_not_writable, "irq=msi",
	 "config writes can neither enable MSI nor select more vectors than the device has")
{
	const unsigned int at = config_capability(dut, PCI_CAP_ID_MSI) + PCI_MSI_FLAGS;
	const uint16_t was = config_read16(dut, at);
	cleanup_register struct kept_register kept = {dut, at, 2, was};
	uint16_t now;

	ASSERT_OK(config_write16(dut, at, was | PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE));
	now = config_read16(dut, at);
	ASSERT_HEX(0, now & PCI_MSI_FLAGS_ENABLE);
	ASSERT_HEX(0, config_physical(dut, at, 2) & PCI_MSI_FLAGS_ENABLE);
	ASSERT_THAT((now & PCI_MSI_FLAGS_QSIZE) >> 4 <= (now & PCI_MSI_FLAGS_QMASK) >> 1,
		    "2^%u vectors are enabled, the device has 2^%u",
		    (now & PCI_MSI_FLAGS_QSIZE) >> 4, (now & PCI_MSI_FLAGS_QMASK) >> 1);
	PASS();
}

SCENARIO(msix_enable_bits_not_writable, "irq=msix",
	 "config writes can neither enable nor mask MSI-X")
{
	const unsigned int at = config_capability(dut, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS;
	const uint16_t was = config_read16(dut, at);
	const uint16_t physical = (uint16_t)config_physical(dut, at, 2);
	cleanup_register struct kept_register kept = {dut, at, 2, was};

	ASSERT_OK(config_write16(dut, at, was ^ (PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL)));
	ASSERT_HEX(was, config_read16(dut, at));
	ASSERT_HEX(physical, config_physical(dut, at, 2));
	PASS();
}

/* The kernel uses the device's bit for masking; the user reads back what the user wrote. */
SCENARIO(intx_disable_reads_back, "",
	 "COMMAND.DisINTx reads back as written, whatever the device's own bit is")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	const uint16_t on = command.value | PCI_COMMAND_INTX_DISABLE;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, on));
	ASSERT_HEX(on, config_read16(dut, PCI_COMMAND));
	fact("intx_disable.physical=%u",
	     !!(config_physical(dut, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, on & ~PCI_COMMAND_INTX_DISABLE));
	ASSERT_HEX(0, config_read16(dut, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	PASS();
}

SCENARIO(masked_intx_not_shown_as_disabled, "irq=intx",
	 "masking INTx through SET_IRQS does not show as COMMAND.DisINTx")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_HEX(0, config_read16(dut, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	fact("intx_mask.physical=%u",
	     !!(config_physical(dut, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE));
	ASSERT_OK(irqs_unmask(irqs, 0));
	PASS();
}

static const struct {
	const char *name;
	uint16_t bit;
} enables[] = {
	{"memory", PCI_COMMAND_MEMORY},
	{"bus master", PCI_COMMAND_MASTER},
};

/* A bit that the user clears must be clear in the device: that is how a user stops a DMA engine. */
SCENARIO_TABLE(memory_and_master_enable_reach_device, enables, "!vf bar=mem",
	       "memory and bus master enable in COMMAND are set and cleared in the device")
{
	cleanup_command struct kept_command command = config_keep_command(dut);

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | row->bit));
	ASSERT_HEX(row->bit, config_read16(dut, PCI_COMMAND) & row->bit);
	ASSERT_HEX(row->bit, config_physical(dut, PCI_COMMAND, 2) & row->bit);
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~row->bit));
	ASSERT_HEX(0, config_read16(dut, PCI_COMMAND) & row->bit);
	ASSERT_HEX(0, config_physical(dut, PCI_COMMAND, 2) & row->bit);
	PASS();
}

/* Sizes as registers hold them: 128 bytes << code. */
static const struct {
	const char *name;
	unsigned int payload, read_request, reaches;
} read_requests[] = {
	{"128 bytes", 0, 0, 0},
	{"256 bytes", 0, 1, 1},
	{"4096 bytes", 0, 5, 5},
	{"128 bytes below the payload", 1, 0, 1},
	{"256 bytes as the payload", 1, 1, 1},
};

static uint16_t sizes_of_requests(unsigned int payload, unsigned int read_request)
{
	return (uint16_t)(payload << 5 | read_request << 12);
}

/* Write to Device Control past VFIO. Returns if the device has the value. */
static bool device_control_set(struct dut *dut, unsigned int at, uint16_t value)
{
	return !pci_config_write16(dut->address, at, value) &&
	       pci_config16(dut->address, at) == value;
}

/* Put back what the host had set. */
static void restore_physical(struct kept_register *kept)
{
	pci_config_write16(kept->dut->address, kept->at, (uint16_t)kept->value);
}

#define cleanup_physical __attribute__((cleanup(restore_physical)))

/*
 * The payload size depends on the devices above and stays the host's; a read request below it would
 * only be slow (vfio_exp_config_write).
 */
SCENARIO_TABLE(read_request_size_reaches_device, read_requests, "pcie !vf",
	       "the maximum read request size is set in the device, but not below its payload size")
{
	const uint16_t both = PCI_EXP_DEVCTL_PAYLOAD | PCI_EXP_DEVCTL_READRQ;
	const unsigned int at = config_capability(dut, PCI_CAP_ID_EXP) + PCI_EXP_DEVCTL;
	const uint16_t was = config_read16(dut, at), physical = pci_config16(dut->address, at);
	cleanup_physical struct kept_register host = {dut, at, 2, physical};
	cleanup_register struct kept_register kept = {dut, at, 2, was};

	/* VFIO passes on what changes. */
	ASSERT_OK(config_write16(dut, at,
				 (was & ~PCI_EXP_DEVCTL_READRQ) |
					 sizes_of_requests(0, row->read_request ^ 1)));
	if (!device_control_set(dut, at, (physical & ~both) | sizes_of_requests(row->payload, 3)))
		SKIPm("the device's maximum read request size cannot be written");
	ASSERT_OK(config_write16(
		dut, at, (was & ~PCI_EXP_DEVCTL_READRQ) | sizes_of_requests(0, row->read_request)));
	ASSERT_HEX(sizes_of_requests(0, row->read_request),
		   config_read16(dut, at) & PCI_EXP_DEVCTL_READRQ);
	ASSERT_HEX(sizes_of_requests(row->payload, row->reaches),
		   pci_config16(dut->address, at) & both);
	PASS();
}
