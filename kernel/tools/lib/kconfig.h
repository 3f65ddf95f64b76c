/* SPDX-License-Identifier: GPL-2.0-only */
/* Did the options that were asked for stick, and if not, why? */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_H
#define KERNEL_TOOLS_LIB_KCONFIG_H

#include "kernel/tools/lib/kconfig-tree.h"
#include "kernel/tools/lib/kconfig-values.h"

/*
 * Compare what ASKED (the latter of two lines for an option counts) with GOT,
 * a whole .config in order (kvalues_sort()). Each option that differs is a line
 * in REPORT: what was asked for, what came of it, and what TREE has to say. An
 * option that was asked to be off and does not exist is off.
 * The number of options that differ.
 */
int kconfig_check(const struct kvalues *asked, const struct kvalues *got, const struct ktree *tree,
		  struct list *report);

#endif
