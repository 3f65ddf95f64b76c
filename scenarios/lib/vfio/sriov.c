// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/sriov.h"

#include "scenarios/lib/kernel/module.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>

int sriov_allow(bool yes)
{
	return module_set("vfio_pci", "enable_sriov", yes ? "1" : "0");
}

/*
 * The agent has disabled drivers_autoprobe. Kernels up to 6.12 ignore that for a device that is
 * added; 7.3 respects it.
 */
int sriov_set(const char *pf, unsigned int count)
{
	cleanup_free char *value = text("%u", count);
	int err = pci_autoprobe(true);

	if (!err)
		err = pci_write(pf, "sriov_numvfs", value);
	pci_autoprobe(false);
	return err;
}

unsigned int sriov_count(const char *pf)
{
	return (unsigned int)pci_number(pf, "sriov_numvfs", 0);
}

int sriov_vf(const char *pf, unsigned int n, char address[PCI_ADDRESS])
{
	cleanup_free char *link = text("virtfn%u", n);
	cleanup_free char *target = pci_link(pf, link);

	if (!target)
		return -ENOENT;
	strncpy(address, target, PCI_ADDRESS - 1);
	address[PCI_ADDRESS - 1] = '\0';
	return 0;
}

int sriov_bind(const char *pf, unsigned int count)
{
	int err = module_set("vfio_pci", "disable_idle_d3", "1");

	if (!err)
		err = pci_bind(pf, "vfio-pci");
	if (!err)
		err = sriov_allow(true);
	return err ? err : sriov_set(pf, count);
}

/* Removing VFs requires the same permission as creating them. */
void sriov_remove(const char **pf)
{
	if (sriov_count(*pf)) {
		sriov_allow(true);
		sriov_set(*pf, 0);
	}
	sriov_allow(false);
	module_set("vfio_pci", "disable_idle_d3", "0");
}

const char *sriov_token(const char *address)
{
	cleanup_free char *driver = pci_link(address, "physfn/driver");

	return driver && !strcmp(driver, "vfio-pci") ? SRIOV_TOKEN : NULL;
}
