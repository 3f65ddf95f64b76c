/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual functions through vfio-pci: its parameter enable_sriov, and sriov_numvfs and virtfnN of
 * Documentation/ABI/testing/sysfs-bus-pci. All functions return 0 or -errno unless noted otherwise.
 */
#ifndef SCENARIOS_LIB_VFIO_SRIOV_H
#define SCENARIOS_LIB_VFIO_SRIOV_H

#include "scenarios/lib/pci/pci.h"

/* The VF token for PFs and VFs, unless a scenario uses its own. */
#define SRIOV_TOKEN "5b2c1e0a-7d43-4c1f-9a68-0f3e6d2b8c14"

/* Allow or forbid vfio-pci to create VFs (it forbids them by default). */
int sriov_allow(bool yes);

/*
 * Write COUNT to sriov_numvfs of the PF. Blocks: 100 ms when VFs are created; when they are
 * removed, 1 s and until the last user of a VF has closed it. Drivers probe the new VFs.
 */
int sriov_set(const char *pf, unsigned int count);

/* Returns the number of VFs of the PF. */
unsigned int sriov_count(const char *pf);

/* Get the address of VF N of the PF; -ENOENT if it does not exist. */
int sriov_vf(const char *pf, unsigned int n, char address[PCI_ADDRESS]);

/*
 * Bind the PF to vfio-pci and create COUNT VFs; cleanup_vfs undoes the settings for that. The PF
 * stays awake meanwhile (disable_idle_d3): up to 5.18 the kernel suspends it, and warns when it
 * wakes up while it has VFs.
 */
int sriov_bind(const char *pf, unsigned int count);

/*
 * Remove the PF's VFs, for cleanup_vfs, on a variable that holds the PF's address. No VF may be
 * open.
 */
void sriov_remove(const char **pf);

#define cleanup_vfs __attribute__((cleanup(sriov_remove)))

/*
 * Returns SRIOV_TOKEN if the device is a VF whose PF is bound to vfio-pci, and so needs a token, or
 * NULL.
 */
const char *sriov_token(const char *address);

#endif
