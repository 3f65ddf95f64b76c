// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/slot.h"

#include "scenarios/lib/host.h"
#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/pci/uevent.h"

#include <linux/pci_regs.h>
#include <unistd.h>

struct slot slot_of(struct dut *dut)
{
	return (struct slot){dut, uevent_open(), pci_config16(dut->address, PCI_COMMAND), false};
}

const char *slot_unplug(struct slot *slot)
{
	const char *why = ask_host(slot->dut, "unplug", slot->dut->name);

	slot->out = !why;
	return why;
}

const char *slot_await_unplugged(struct slot *slot)
{
	return uevent_await_pci(slot->uevents, slot->dut->address, false, slot->dut->wait_ms);
}

const char *slot_plug(struct slot *slot)
{
	struct dut *dut = slot->dut;
	const char *why = ask_host(dut, "plug", dut->name);

	if (!why)
		why = uevent_await_pci(slot->uevents, dut->address, true, dut->wait_ms);
	if (!why && pci_rescan())
		why = "the buses cannot be rescanned";
	slot->out = why;
	return why;
}

void slot_put_back(struct slot *slot)
{
	if (slot->out)
		slot_plug(slot);
	pci_config_write16(slot->dut->address, PCI_COMMAND, slot->command);
	close(slot->uevents);
}
