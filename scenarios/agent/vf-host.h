/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PF of DUTs that are VFs. A child binds it to vfio-pci, opens it with SRIOV_TOKEN, creates the
 * VFs, and keeps it open for the life of the guest: removing VFs takes a second, and family sriov
 * tests that.
 */
#ifndef SCENARIOS_AGENT_VF_HOST_H
#define SCENARIOS_AGENT_VF_HOST_H

#include "scenarios/agent/worker.h"

/*
 * Have the device at PATH (pci_find) create COUNT VFs within MS milliseconds. The VFs have no
 * driver and no driver_override then. LINE gets error lines. Returns 0 or -errno.
 */
int vf_host_start(const char *path, unsigned int count, unsigned int ms, worker_line *line,
		  void *context);

#endif
