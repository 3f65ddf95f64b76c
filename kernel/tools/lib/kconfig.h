/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that requested options got their values, and explains those that did not. */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_H
#define KERNEL_TOOLS_LIB_KCONFIG_H

#include "kernel/tools/lib/kconfig-tree.h"
#include "kernel/tools/lib/kconfig-values.h"

/*
 * Compares ASKED (the last line for an option counts) with GOT, a complete and sorted .config
 * (kvalues_sort()). Adds to REPORT a line for each option that differs: the requested value, the
 * actual value, and the reason found in TREE. An option that was requested to be off and does not
 * exist is off. Returns the number of options that differ.
 */
int kconfig_check(const struct kvalues *asked, const struct kvalues *got, const struct ktree *tree,
		  struct list *report);

#endif
