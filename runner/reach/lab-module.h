/* SPDX-License-Identifier: GPL-2.0-only */
/* Modules of the lab whose sources are those of the kernel (docs/modules.md). */
#ifndef RUNNER_REACH_LAB_MODULE_H
#define RUNNER_REACH_LAB_MODULE_H

#include "lab/base/list.h"

#include <stdbool.h>

/*
 * Whether a module in kernel/modules of one of ROOTS (runner/plan/roots.h) is built from FILE, a
 * path in a kernel source: the kernel's own build lacks its object.
 */
bool lab_module_has(const struct list *roots, const char *file);

#endif
