/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual functions by way of vfio-pci: its parameter enable_sriov, and
 * sriov_numvfs and virtfnN of Documentation/ABI/testing/sysfs-bus-pci. All functions return 0 or
 * -errno unless said otherwise.
 */
#ifndef SCENARIOS_LIB_VFIO_SRIOV_H
#define SCENARIOS_LIB_VFIO_SRIOV_H

#include "scenarios/lib/pci/pci.h"

/* The VF token that the lab opens PFs and VFs with, where a scenario does not choose its own. */
#define SRIOV_TOKEN "5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c14"

/* Have vfio-pci create VFs where it is asked to, or refuse to (its default). */
int sriov_allow(bool yes);

/*
 * Write COUNT to sriov_numvfs of the PF. Blocks: 100 ms if VFs are created; if they are removed,
 * 1 s and until the last user of one has closed it. Drivers probe the new VFs.
 */
int sriov_set(const char *pf, unsigned int count);

/* How many VFs the PF has now. */
unsigned int sriov_count(const char *pf);

/* The address of VF N of the PF; -ENOENT where there is none. */
int sriov_vf(const char *pf, unsigned int n, char address[PCI_ADDRESS]);

/*
 * Bind the PF to vfio-pci and create COUNT VFs; cleanup_vfs undoes what must be set for that. The
 * PF does not sleep meanwhile (disable_idle_d3): up to 5.18 the kernel lets it, and warns when it
 * wakes up among its VFs.
 */
int sriov_bind(const char *pf, unsigned int count);

/*
 * The PF's VFs go, for cleanup_vfs, on a variable that holds the PF's address. Nobody may have one
 * open.
 */
void sriov_remove(const char **pf);

#define cleanup_vfs __attribute__((cleanup(sriov_remove)))

/*
 * SRIOV_TOKEN where the device is a VF whose PF is bound to vfio-pci, and so needs a token; else
 * NULL.
 */
const char *sriov_token(const char *address);

#endif
