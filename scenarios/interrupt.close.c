// SPDX-License-Identifier: GPL-2.0-only
/* interrupt: a user that goes without a word. What it had enabled is off, for the next one. */
#include "scenarios/lib/scenario.h"

#include "lab/base/file.h"

#include <string.h>

/* NULL where no interrupt of the device at ADDRESS has a handler, else the line of /proc/interrupts that one has. */
static const char *handler_of(const char *address)
{
	cleanup_free char *lines = NULL;
	cleanup_free char *name = text("(%s)", address);
	char *rest;

	if (file_read("/proc/interrupts", &lines, NULL))
		return "/proc/interrupts cannot be read";
	rest = lines;
	for (char *line; (line = strsep(&rest, "\n"));)
		if (strstr(line, name))
			return text("%s", line);
	return NULL;
}

/* Only the next user's use of another kind would notice, and whoever removes the device. */
static enum greatest_test_res closed_while_enabled(struct dut *dut, enum irq_kind kind)
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_close int event = event_open();
	struct dut user = *dut;
	const char *step = "";

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(vfio_open(address, &vfio, &step));
	for (int round = 0; round < 2; round++) {
		user.vfio = vfio;
		ASSERT_OK(irq_set(&user, IRQ_TRIGGER(EVENTFD), kind, 0, 1, &event, sizeof(event)));
		ASSERT_THAT(handler_of(address), "no interrupt has a handler");
		vfio_close(&vfio);
		ASSERT_NONE(handler_of(address));
		ASSERT_OK(vfio_open(address, &vfio, &step));
	}
	PASS();
}

SCENARIO_UNBOUND_VARIANT(
	intx_closed_while_enabled, "irq=intx",
	"INTx that is enabled when a device is closed is off, and can be enabled by its next user",
	closed_while_enabled, IRQ_INTX)
SCENARIO_UNBOUND_VARIANT(
	msi_closed_while_enabled, "irq=msi",
	"MSI that is enabled when a device is closed is off, and can be enabled by its next user",
	closed_while_enabled, IRQ_MSI)
SCENARIO_UNBOUND_VARIANT(
	msix_closed_while_enabled, "irq=msix",
	"MSI-X that is enabled when a device is closed is off, and can be enabled by its next user",
	closed_while_enabled, IRQ_MSIX)
