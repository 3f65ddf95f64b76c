/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a kernel before it runs. */
#ifndef RUNNER_CLI_KERNEL_ABOUT_H
#define RUNNER_CLI_KERNEL_ABOUT_H

#include "reports/model/results.h"

/*
 * The kernel NAME as kernel/build left it below OUT (O=): the variables that select it, its key,
 * version, compiler and configuration, each NULL if it is not known. The caller frees them.
 */
struct kernel_about kernel_about(const char *out, const char *name);

#endif
