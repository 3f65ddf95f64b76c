/* SPDX-License-Identifier: GPL-2.0-only */
/* vfiolab compare --modes: compares the modes of a run like kernels. */
#ifndef RUNNER_CLI_COMPARE_MODES_H
#define RUNNER_CLI_COMPARE_MODES_H

#include "runner/cli/find-run.h"

/*
 * Print how the modes of each of KERNELS differ in RUN from the kernel's first mode, except for the
 * differences that kernel/modes/MODE lists. With ALL, print every change. Sets *DIFFERENT if there
 * are some. Returns 0, or -errno with a message in WHY: -ENOENT if no kernel has several modes.
 */
int compare_modes(const struct settings *settings, const struct found_run *run,
		  const struct list *kernels, bool all, bool *different, struct buf *why);

#endif
