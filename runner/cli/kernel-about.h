/* SPDX-License-Identifier: GPL-2.0-only */
/* Describes a built kernel. */
#ifndef RUNNER_CLI_KERNEL_ABOUT_H
#define RUNNER_CLI_KERNEL_ABOUT_H

#include "reports/model/results.h"
#include "runner/plan/settings.h"

/*
 * The kernel NAME as kernel/build left it below O=: the make variables that select it and the
 * overlays, its key, version, compiler and configuration. Members are NULL if not known. The caller
 * frees them.
 */
struct kernel_about kernel_about(const struct settings *settings, const char *name);

/* The make variables that select the kernel NAME and the overlays. The caller frees them. */
char *kernel_choice(const struct settings *settings, const char *name);

#endif
