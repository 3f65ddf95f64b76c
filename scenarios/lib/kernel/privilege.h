/* SPDX-License-Identifier: GPL-2.0-only */
/* The privileges of the case's own process. */
#ifndef SCENARIOS_LIB_KERNEL_PRIVILEGE_H
#define SCENARIOS_LIB_KERNEL_PRIVILEGE_H

#include <stdbool.h>

/* Remove CAPABILITY (CAP_*) from the effective set, or add it again. Returns 0 or -errno. */
int privilege_set(unsigned int capability, bool on);

#endif
