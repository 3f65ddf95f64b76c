/* SPDX-License-Identifier: GPL-2.0-only */
/* What the case's own process may do. */
#ifndef SCENARIOS_LIB_KERNEL_PRIVILEGE_H
#define SCENARIOS_LIB_KERNEL_PRIVILEGE_H

#include <stdbool.h>

/*
 * Take CAPABILITY (CAP_*) out of those that are in effect, or put it back among them. 0 or -errno.
 */
int privilege_set(unsigned int capability, bool on);

#endif
