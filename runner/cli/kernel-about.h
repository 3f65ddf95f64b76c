/* SPDX-License-Identifier: GPL-2.0-only */
/* Describes a built kernel. */
#ifndef RUNNER_CLI_KERNEL_ABOUT_H
#define RUNNER_CLI_KERNEL_ABOUT_H

#include "reports/model/results.h"

/*
 * The kernel NAME as kernel/build left it below OUT (O=): the make variables that select it, its
 * key, version, compiler and configuration. Members are NULL if not known. The caller frees them.
 */
struct kernel_about kernel_about(const char *out, const char *name);

#endif
