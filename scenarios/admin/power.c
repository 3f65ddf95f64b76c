// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin: an administrator decides by power/control whether a device may be suspended
 * (Documentation/ABI/testing/sysfs-devices-power): "on" keeps it active, whatever its user wants.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/pci/runtime-pm.h"
#include "scenarios/lib/vfio/feature.h"

/* As vfio-pci sets it at bind. */
static void control_auto(const char **address)
{
	pci_write(*address, "power/control", "auto");
}

#define cleanup_control __attribute__((cleanup(control_auto)))

SCENARIO_UNBOUND(control_on_keeps_unused_device_awake, "feature=low-power pm !vf !variant once",
		 "a device that nobody uses is awake while power/control is on, and asleep again "
		 "with auto")
{
	cleanup_release const char *address = dut->address;
	cleanup_control const char *control = address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(pci_write(control, "power/control", "auto"));
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	ASSERT_OK(pci_write(control, "power/control", "on"));
	ASSERT_CHECK(await_power_state(address, PMCSR_D0, dut->wait_ms));
	ASSERT_OK(vfio_open(dut->mode, address, &vfio));
	vfio_close(&vfio);
	ASSERT_CHECK(check_stays_active(address));
	ASSERT_NUMBER(PMCSR_D0, pmcsr_state(address));
	ASSERT_OK(pci_write(control, "power/control", "auto"));
	ASSERT_CHECK(await_power_state(address, PMCSR_D3HOT, dut->wait_ms));
	PASS();
}

/* "The wakeup eventfd is signalled when the device moves out of the low power state". */
SCENARIO(control_on_wakes_device, "feature=low-power once",
	 "power/control set to on resumes a device that its user let sleep, and signals the "
	 "wakeup eventfd once")
{
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_control const char *address = dut->address;
	cleanup_close int wakeup = event_open();

	ASSERT_CHECK(low_power_suspend(sleeper, wakeup));
	ASSERT_NUMBER(0, event_read(wakeup));
	ASSERT_OK(pci_write(address, "power/control", "on"));
	ASSERT_CHECK(await_runtime_status(address, "active", dut->wait_ms));
	ASSERT_NUMBER(1, event_read(wakeup));
	ASSERT_CHECK(check_stays_active(address));
	ASSERT_CHECK(check_vfio_works(address, &dut->vfio));
	PASS();
}

/* What the user asked for holds once the administrator permits it. */
SCENARIO(control_on_defers_low_power, "feature=low-power bar=mmap !bar=subpage once",
	 "with power/control on, a device in the low power state of its user stays active, "
	 "without its maps, and is suspended once auto permits it")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_control const char *address = dut->address;
	cleanup_mapping struct mapping map = {NULL, 0};

	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_OK(region_map_any(dut, &map));
	ASSERT_OK(pci_write(address, "power/control", "on"));
	ASSERT_OK(low_power_enter(sleeper, -1));
	ASSERT_CHECK(check_stays_active(address));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	ASSERT_OK(pci_write(address, "power/control", "auto"));
	ASSERT_CHECK(await_runtime_status(address, "suspended", dut->wait_ms));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_OK(map_touch(&map, 0));
	PASS();
}
