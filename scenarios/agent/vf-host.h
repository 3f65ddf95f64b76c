/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PF behind DUTs that are VFs. A child binds it to vfio-pci, opens it with SRIOV_TOKEN, creates
 * the VFs, and keeps it open for as long as the guest lives: removing VFs takes a second, and to
 * remove them is what family sriov tests.
 */
#ifndef SCENARIOS_AGENT_VF_HOST_H
#define SCENARIOS_AGENT_VF_HOST_H

#include "scenarios/agent/worker.h"

/*
 * Have the device at PATH (pci_find) bring up COUNT VFs, which have no driver and no
 * driver_override then, at most MS milliseconds. Lines of what went wrong are handed to LINE. 0 or
 * -errno.
 */
int vf_host_start(const char *path, unsigned int count, unsigned int ms, worker_line *line,
		  void *context);

#endif
