// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/command-duts.h"

#include "scenarios/lib/pci/pci.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static char *variable(const char *dut)
{
	char *name = text("DUT_%s", dut);

	for (char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	return name;
}

void dut_export(const char *dut, const char *path, int vf)
{
	cleanup_free char *name = variable(dut);
	char address[PCI_ADDRESS];

	if (*path && !pci_find(path, vf, address))
		setenv(name, address, 1);
}

void command_export_duts(const struct guest_command *command)
{
	for (size_t i = 0; i < command->duts_count; i++)
		dut_export(command->duts[i].name, command->duts[i].path, command->duts[i].vf);
}

static void add_dut(struct buf *banner, const struct command_dut *dut)
{
	char address[PCI_ADDRESS];
	cleanup_free char *driver = NULL;

	if (!pci_find(dut->path, dut->vf, address)) {
		driver = pci_driver(address);
		buf_printf(banner, "  %-16s %s  %s\n", dut->name, address, driver ?: "no driver");
	} else if (dut->vf >= 0 && !pci_find(dut->path, -1, address)) {
		buf_printf(banner, "  %-16s VF %d of %s, not created\n", dut->name, dut->vf,
			   address);
	} else {
		buf_printf(banner, "  %-16s absent\n", dut->name);
	}
}

/* Use the first DUT that is present as the example. */
static void add_example(struct buf *banner, const struct guest_command *command)
{
	char address[PCI_ADDRESS];

	for (size_t i = 0; i < command->duts_count; i++) {
		const struct command_dut *dut = &command->duts[i];
		cleanup_free char *name = variable(dut->name);

		if (pci_find(dut->path, dut->vf, address))
			continue;
		buf_printf(banner,
			   "To give one to vfio-pci:\n"
			   "  echo vfio-pci >/sys/bus/pci/devices/$%s/driver_override\n"
			   "  echo $%s >/sys/bus/pci/drivers_probe\n",
			   name, name);
		return;
	}
}

void command_banner(const struct guest_command *command, struct buf *banner)
{
	struct utsname system;

	uname(&system);
	buf_printf(banner, "vfiolab: kernel %s (%s), machine %s; `exit' ends the guest\n",
		   command->kernel, system.release, command->machine);
	for (size_t i = 0; i < command->duts_count; i++)
		add_dut(banner, &command->duts[i]);
	add_example(banner, command);
}
