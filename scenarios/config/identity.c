// SPDX-License-Identifier: GPL-2.0-only
/*
 * config: the device's identity. VFIO shows the IDs of the PCI core, which differ from those in a
 * VF's registers (SR-IOV 1.1, 3.4.1.1 to 3.4.1.18). Capabilities form chains (PCI Local Bus 3.0,
 * 6.7, and PCI Express 5.0, 7.6), in which the kernel hides unknown ones.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-space.h"

static const struct {
	const char *name;
	const char *attribute;
	unsigned int at;
	size_t size;
} ids[] = {
	{"vendor ID", "vendor", PCI_VENDOR_ID, 2},
	{"device ID", "device", PCI_DEVICE_ID, 2},
	{"subsystem vendor ID", "subsystem_vendor", PCI_SUBSYSTEM_VENDOR_ID, 2},
	{"subsystem ID", "subsystem_device", PCI_SUBSYSTEM_ID, 2},
	{"revision", "revision", PCI_REVISION_ID, 1},
};

SCENARIO_TABLE(ids_match_pci_core, ids, "",
	       "vendor, device and subsystem IDs and the revision match those of the PCI core")
{
	const long known = pci_number(dut->address, row->attribute, -1);

	ASSERT_THAT(known >= 0, "sysfs has no %s", row->attribute);
	ASSERT_HEX(known, config_get(dut, row->at, row->size));
	PASS();
}

SCENARIO(class_matches_pci_core, "", "the class code matches that of the PCI core")
{
	ASSERT_HEX(pci_number(dut->address, "class", -1),
		   config_read32(dut, PCI_CLASS_REVISION) >> 8);
	PASS();
}

/* Before 3.6, user space got the ffff in a VF's register. */
SCENARIO(vf_ids_virtualised, "vf",
	 "a VF shows vendor and device IDs although its registers hold none")
{
	fact("vf.physical=%08x", config_physical(dut, PCI_VENDOR_ID, 4));
	ASSERT_THAT(config_read16(dut, PCI_VENDOR_ID) != 0xffff, "the vendor ID is ffff");
	ASSERT_THAT(config_read16(dut, PCI_DEVICE_ID) != 0xffff, "the device ID is ffff");
	PASS();
}

/* A VF's own register lacks this bit: the PF and MSE control it. Since 5.9 it reads as set. */
SCENARIO(vf_memory_enable_reads_set, "vf bar=mem", "memory enable of a VF reads as set")
{
	ASSERT_HEX(PCI_COMMAND_MEMORY, config_read16(dut, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	PASS();
}

/*
 * There is a pin if and only if VFIO offers INTx: a VF has neither, whatever its register contains.
 */
SCENARIO(interrupt_pin_shown_only_with_intx, "",
	 "config space shows an interrupt pin only if INTx is available")
{
	const unsigned int pin = config_read8(dut, PCI_INTERRUPT_PIN);
	const unsigned int count = irq_count(dut, IRQ_INTX);

	ASSERT_THAT(!!pin == !!count, "the pin is %u, VFIO has %u INTx interrupts", pin, count);
	PASS();
}

/* The shown chain is a subset of the physical one; hidden capabilities are no error. */
SCENARIO(capability_chains_well_formed, "",
	 "both capability chains are well formed and contain only valid capabilities")
{
	struct config_caps caps;

	ASSERT_CHECK(config_walk(dut, &caps));
	for (size_t i = 0; i < caps.count; i++) {
		const struct config_cap *cap = &caps.caps[i];
		const uint32_t id = config_physical(dut, cap->at, cap->extended ? 2 : 1);

		ASSERT_THAT(id == cap->id,
			    "capability 0x%x is shown at 0x%x, the device has 0x%x there", cap->id,
			    cap->at, id);
	}
	PASS();
}

SCENARIO(size_matches_pci_core, "", "the size of config space matches that of the PCI core")
{
	uint8_t byte;
	const bool large = !pci_config(dut->address, PCI_CFG_SPACE_SIZE, &byte, 1);

	ASSERT_NUMBER(large ? CONFIG_MAX : PCI_CFG_SPACE_SIZE, config_size(dut));
	PASS();
}

/*
 * vfio-pci has a list of cards whose INTx cannot be masked by DisINTx: it disables INTx and hides
 * it.
 */
SCENARIO(broken_intx_hidden, "for=broken-intx",
	 "a device whose INTx cannot be masked shows no interrupt pin and has INTx disabled")
{
	uint8_t pin;

	ASSERT_OK(pci_config(dut->address, PCI_INTERRUPT_PIN, &pin, 1));
	ASSERT_THAT(pin, "the device has no interrupt pin to be hidden");
	ASSERT_HEX(0, config_read8(dut, PCI_INTERRUPT_PIN));
	ASSERT_NUMBER(0, irq_count(dut, IRQ_INTX));
	ASSERT_HEX(PCI_COMMAND_INTX_DISABLE,
		   pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	PASS();
}
