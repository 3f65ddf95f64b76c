// SPDX-License-Identifier: GPL-2.0-only
/*
 * bind: a driver and the users of its device: the group's file, unbind while the device is open,
 * what the last close undoes, and all of these concurrently. Documentation/driver-api/vfio.rst.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/kernel/module.h"

#include <sys/wait.h>

SCENARIO_UNBOUND(
	bound_group_is_viable, "container",
	"the group of a device bound to vfio-pci is viable and can be opened only once at a time")
{
	cleanup_release const char *address = dut->address;
	cleanup_close int group = -1, again = -1;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	group = vfio_open_group(address);
	ASSERT_OK(group);
	ASSERT_HEX(VFIO_GROUP_FLAGS_VIABLE, vfio_group_flags(group) & VFIO_GROUP_FLAGS_VIABLE);
	again = vfio_open_group(address);
	ASSERT_NUMBER(-EBUSY, again);
	PASS();
}

SCENARIO_UNBOUND(unbind_waits_for_open_device, "",
		 "unbind of an open device signals the request interrupt and waits for the close")
{
	const char *address = dut->address;
	cleanup_close int request = event_open();
	cleanup_aside struct aside unbound = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(irq_set_request(&user.dut, request));
	ASSERT_CHECK(check_aside_asks(&unbound, pci_unbind, address, &user.dut, request));
	ASSERT_CHECK(check_aside_waits(&unbound, 0));
	ASSERT_HEX(pci_number(address, "vendor", 0), config_read16(&user.dut, PCI_VENDOR_ID));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&unbound, dut->wait_ms));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* A closed device must not write to memory that may already have another owner. */
SCENARIO_UNBOUND(last_close_clears_bus_master, "",
		 "the last close clears the bus master bit that a user set")
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	config_write16(&user.dut, PCI_COMMAND,
		       config_read16(&user.dut, PCI_COMMAND) | PCI_COMMAND_MASTER);
	ASSERT_HEX(PCI_COMMAND_MASTER, pci_config16(address, PCI_COMMAND) & PCI_COMMAND_MASTER);
	user_close(&user);
	ASSERT_HEX(0, pci_config16(address, PCI_COMMAND) & PCI_COMMAND_MASTER);
	PASS();
}

SCENARIO_UNBOUND(module_unloads_only_when_unused, "first !vf !variant",
		 "vfio-pci cannot be unloaded while a device is open, and works after a reload")
{
	const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";
	cleanup_user struct user user = USER_NONE;

	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	ASSERT_ERRNO(EAGAIN, module_remove("vfio_pci"));
	ASSERT_CHECK(check_driver(address, "vfio-pci"));
	user_close(&user);
	ASSERT_OK(module_remove("vfio_pci"));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_OK(module_load("vfio-pci", ""));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	PASS();
}

/* The number of concurrent operations by each process. */
#define RACE_ROUNDS 2

static void race_binding(const struct dut *dut)
{
	for (unsigned int i = 0; i < RACE_ROUNDS; i++) {
		pci_unbind(dut->address);
		pci_probe(dut->address);
	}
}

static void race_opening(const struct dut *dut)
{
	for (unsigned int i = 0; i < RACE_ROUNDS; i++) {
		struct vfio vfio;

		if (!vfio_open(dut->mode, dut->address, &vfio))
			vfio_close(&vfio);
	}
}

static pid_t start_racer(void (*race)(const struct dut *dut), const struct dut *dut)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	race(dut);
	_exit(0);
}

/* Any attempt may fail, because another process was faster. */
SCENARIO_UNBOUND(concurrent_bind_open_unbind, "first",
		 "concurrent bind, unbind and open by several processes leave the device usable",
		 .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	pid_t racers[4];

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	for (size_t i = 0; i < ARRAY_SIZE(racers); i++)
		racers[i] = start_racer(i % 2 ? race_opening : race_binding, dut);
	for (size_t i = 0; i < ARRAY_SIZE(racers); i++)
		ASSERT_NUMBER(racers[i], waitpid(racers[i], NULL, 0));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	PASS();
}
