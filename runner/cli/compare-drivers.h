/* SPDX-License-Identifier: GPL-2.0-only */
/* vfiolab compare --drivers: compares variant drivers of a run with vfio-pci (runner/drivers). */
#ifndef RUNNER_CLI_COMPARE_DRIVERS_H
#define RUNNER_CLI_COMPARE_DRIVERS_H

#include "runner/cli/find-run.h"

/*
 * Print how the cases of each machine MACHINE+DRIVER of RUN differ from those of
 * MACHINE+DRIVER+vfio-pci on each of KERNELS: first the differences that kernel/drivers/DRIVER does
 * not list, then those that it does, with their reasons. At the end, print a table with a row for
 * each driver. With ALL, print every change. Sets *DIFFERENT if a difference is not listed. Returns
 * 0, or -errno with a message in WHY: -ENOENT if RUN has no such machines.
 */
int compare_drivers(const struct settings *settings, const struct found_run *run,
		    const struct list *kernels, bool all, bool *different, struct buf *why);

#endif
