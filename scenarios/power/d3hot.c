// SPDX-License-Identifier: GPL-2.0-only
/*
 * power: D3hot, requested by a user through PMCSR (PCI Bus Power Management Interface, 3.2.4 and
 * 5.4), and by vfio-pci itself for unused devices, unless its parameter disable_idle_d3 is set.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/kernel/module.h"

/*
 * How long to observe a device that must stay awake. Kernels that suspend it with a delay need less
 * than this.
 */
#define WATCH_MS 60

static int set_state(struct dut *dut, enum pmcsr_state state)
{
	unsigned int at = config_capability(dut, PCI_CAP_ID_PM) + PCI_PM_CTRL;
	uint16_t now = config_read16(dut, at) & ~(PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_STATUS);

	return config_write16(dut, at, now | state);
}

static int shown_state(struct dut *dut)
{
	return config_read16(dut, config_capability(dut, PCI_CAP_ID_PM) + PCI_PM_CTRL) &
	       PCI_PM_CTRL_STATE_MASK;
}

/* At the end of the scope the device is awake, even if the case fails. */
static void wake(struct dut **dut)
{
	set_state(*dut, PMCSR_D0);
}

#define cleanup_awake __attribute__((cleanup(wake)))

static void let_sleep(const char **module)
{
	module_set(*module, "disable_idle_d3", "0");
}

#define cleanup_parameter __attribute__((cleanup(let_sleep)))

SCENARIO_UNBOUND(unused_device_in_d3hot, "pm",
		 "a device on vfio-pci is in D3hot while unused and in D0 while open")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	ASSERT_NUMBER(PMCSR_D0, pmcsr_state(address));
	vfio_close(&vfio);
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(pci_unbind(address));
	ASSERT_CHECK(await_power_state(address, PMCSR_D0, dut->wait_ms));
	PASS();
}

/* Returns NULL if the unused device is awake and stays awake, or a message. */
static const char *check_stays_awake(const char *address)
{
	if (pmcsr_state(address) == PMCSR_D0 && await_power_state(address, PMCSR_D3HOT, WATCH_MS))
		return NULL;
	return text("%s is in D3hot in spite of disable_idle_d3", address);
}

static enum greatest_test_res stays_awake_after_use(const struct dut *dut)
{
	const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	ASSERT_NUMBER(PMCSR_D0, pmcsr_state(address));
	vfio_close(&vfio);
	ASSERT_CHECK(check_stays_awake(address));
	PASS();
}

SCENARIO_UNBOUND(disable_idle_d3_at_load, "pm !vf !variant",
		 "with disable_idle_d3 set at load, an unused device stays in D0")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";

	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_OK(module_load("vfio-pci", "disable_idle_d3=1"));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_CHECK(check_stays_awake(address));
	return stays_awake_after_use(dut);
}

/*
 * The parameter is writable, so a new value must apply to every later bind; a driver that reads it
 * only at load breaks that. Up to 5.18, rebinding does not wake a device that was suspended, so
 * this checks its state after its first use.
 */
SCENARIO_UNBOUND(disable_idle_d3_written, "pm !variant",
		 "with disable_idle_d3 set after load, a device stays in D0 after its last close")
{
	cleanup_release const char *address = dut->address;
	cleanup_parameter const char *module = "vfio_pci";

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(module_set(module, "disable_idle_d3", "1"));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	fact("rebound.pmcsr=%s", pmcsr_state(address) == PMCSR_D0 ? "D0" : "asleep");
	return stays_awake_after_use(dut);
}

SCENARIO_UNBOUND(disable_idle_d3_cleared, "pm !variant",
		 "with disable_idle_d3 cleared after load, a newly bound device enters D3hot")
{
	cleanup_release const char *address = dut->address;
	cleanup_parameter const char *module = "vfio_pci";

	ASSERT_OK(module_set(module, "disable_idle_d3", "1"));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_CHECK(check_stays_awake(address));
	ASSERT_OK(module_set(module, "disable_idle_d3", "0"));
	ASSERT_OK(pci_unbind(address));
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	PASS();
}

/* If the transition from D3hot to D0 is a reset, the kernel must restore the header. */
SCENARIO(d3hot_to_d0_keeps_config, "pm",
	 "PMCSR moves the device to D3hot and back, and config space is unchanged")
{
	cleanup_awake struct dut *sleeper = dut;
	cleanup_command struct kept_command command = config_keep_command(dut);
	uint8_t before[64], after[64];

	ASSERT_OK(config_write16(dut, PCI_COMMAND,
				 command.value | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	ASSERT_OK(pci_header(dut->address, before));
	for (unsigned int round = 0; round < 3; round++) {
		ASSERT_OK(set_state(sleeper, PMCSR_D3HOT));
		ASSERT_NUMBER(PMCSR_D3HOT, shown_state(dut));
		ASSERT_NUMBER(PMCSR_D3HOT, pmcsr_state(dut->address));
		ASSERT_HEX(before[0] | before[1] << 8, pci_config16(dut->address, PCI_VENDOR_ID));
		ASSERT_OK(set_state(sleeper, PMCSR_D0));
		ASSERT_NUMBER(PMCSR_D0, shown_state(dut));
		ASSERT_NUMBER(PMCSR_D0, pmcsr_state(dut->address));
		ASSERT_OK(pci_header(dut->address, after));
		ASSERT_BYTES(before, after, sizeof(before));
	}
	PASS();
}

/* An unsupported state is not entered: the write is completed and ignored (3.2.4). */
SCENARIO(d1_d2_only_if_supported, "pm",
	 "PMCSR moves the device to D1 or D2 only if its capability supports that state")
{
	static const struct {
		enum pmcsr_state state;
		uint16_t offered;
	} states[] = {{PMCSR_D1, PCI_PM_CAP_D1}, {PMCSR_D2, PCI_PM_CAP_D2}};
	cleanup_awake struct dut *sleeper = dut;
	uint16_t pmc = config_read16(dut, config_capability(dut, PCI_CAP_ID_PM) + PCI_PM_PMC);

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		ASSERT_OK(set_state(sleeper, states[i].state));
		ASSERT_NUMBER(pmc & states[i].offered ? states[i].state : PMCSR_D0,
			      pmcsr_state(dut->address));
		ASSERT_OK(set_state(sleeper, PMCSR_D0));
	}
	PASS();
}

static int first_mappable(struct dut *dut, struct region *bar)
{
	const uint32_t mappable = VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_READ;

	for (unsigned int i = 0; i < BARS; i++) {
		int err = region_info(dut, i, bar);

		if (err || (bar->flags & mappable) == mappable)
			return err;
	}
	return -ENOENT;
}

/* Since 5.19 neither access reaches the device; before, the device decides what they return. */
SCENARIO(memory_access_in_d3hot_is_harmless, "pm bar=mmap",
	 "accessing memory of a device in D3hot does no harm, and memory works again in D0")
{
	cleanup_awake struct dut *sleeper = dut;
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	uint32_t word;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_OK(first_mappable(dut, &bar));
	ASSERT_OK(region_map(dut, &bar, bar.sparse ? bar.areas[0].offset : 0, 4096, &map));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_OK(set_state(sleeper, PMCSR_D3HOT));
	fact("d3hot.map=%s", error_name(map_touch(&map, 0)));
	fact("d3hot.pread=%s", error_name(bar_read32(dut, bar.index, 0, &word)));
	ASSERT_OK(set_state(sleeper, PMCSR_D0));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_OK(bar_read32(dut, bar.index, 0, &word));
	PASS();
}

/* A device can be reset only in D0, so the kernel must wake it (VFIO_DEVICE_RESET). */
SCENARIO(reset_in_d3hot_returns_to_d0, "pm reset",
	 "a device in D3hot can be reset and is in D0 afterwards")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_awake struct dut *sleeper = dut;
	bool kept;

	ASSERT_OK(set_state(sleeper, PMCSR_D3HOT));
	ASSERT_OK(dut_reset(dut));
	ASSERT_NUMBER(PMCSR_D0, pmcsr_state(dut->address));
	ASSERT_NUMBER(PMCSR_D0, shown_state(dut));
	/*
	 * Waking may reset the function, and not every kernel has saved COMMAND before that. VFIO
	 * controls INTx disable: the bit stays set after INTx was used, and VFIO hides that from
	 * the user.
	 */
	kept = !((pci_config16(dut->address, PCI_COMMAND) ^ command.value) &
		 ~PCI_COMMAND_INTX_DISABLE);
	fact("command.kept=%d", kept);
	PASS();
}

/*
 * VFIO performs the FLR as a reset of its own, which keeps config space. A device without
 * No_Soft_Reset loses it when it wakes, so the kernel must save it before, or wake the device as
 * for a user.
 */
SCENARIO(flr_bit_in_d3hot_keeps_command, "pm pcie reset=flr bar=mem !vf once",
	 "an FLR requested by config space in D3hot keeps COMMAND, like one in D0")
{
	const uint16_t bits = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_awake struct dut *sleeper = dut;
	uint16_t kept;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | bits));
	ASSERT_OK(set_state(sleeper, PMCSR_D3HOT));
	ASSERT_OK(reset_by_flr_bit(dut));
	ASSERT_OK(set_state(sleeper, PMCSR_D0));
	kept = pci_config16(dut->address, PCI_COMMAND) & bits;
	/* If the device lost its BARs as well, VFIO restores them now. */
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | bits));
	ASSERT_HEX(bits, kept);
	PASS();
}

static enum greatest_test_res interrupts_after_wake(struct dut *dut, enum irq_kind kind)
{
	cleanup_awake struct dut *sleeper = dut;
	cleanup_irqs struct irqs *before = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(set_state(sleeper, PMCSR_D3HOT));
	ASSERT_OK(set_state(sleeper, PMCSR_D0));
	ASSERT_OK(irqs_disable(before));
	ASSERT_CHECK(check_irq_works(dut, kind));
	PASS();
}

SCENARIO(intx_works_after_d3hot, "pm irq=intx trigger=intx",
	 "INTx enabled in D3hot can be enabled again in D0 and works")
{
	return interrupts_after_wake(dut, IRQ_INTX);
}

SCENARIO(msix_works_after_d3hot, "pm irq=msix trigger=msix",
	 "MSI-X enabled in D3hot can be enabled again in D0 and works")
{
	return interrupts_after_wake(dut, IRQ_MSIX);
}

SCENARIO_UNBOUND(device_closed_in_d3hot_reopens_in_d0, "pm",
		 "a device closed in D3hot is in D0 with its state intact at the next open")
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64], after[64];

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(pci_header(address, before));
	ASSERT_OK(set_state(&user.dut, PMCSR_D3HOT));
	user_close(&user);
	ASSERT_OK(user_open(&user, dut));
	ASSERT_NUMBER(PMCSR_D0, shown_state(&user.dut));
	ASSERT_OK(pci_header(address, after));
	ASSERT_BYTES(before, after, sizeof(before));
	PASS();
}
