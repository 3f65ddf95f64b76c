/* SPDX-License-Identifier: GPL-2.0-only */
/* Evaluates Kconfig expressions such as A && !(B || C != "x"), with the values n, m and y. */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_EXPR_H
#define KERNEL_TOOLS_LIB_KCONFIG_EXPR_H

#include "kernel/tools/lib/kconfig-values.h"
#include "lab/base/list.h"

enum tristate { TRI_N, TRI_M, TRI_Y };

/* Returns VALUE, as found in a .config, as a tristate; n for a string or number. */
enum tristate tristate_of(const char *value);

/*
 * Evaluates EXPR with VALUES (sorted). Adds to UNMET each conjunct whose value is less than WANTED,
 * with the values of its options: "PCI [=n]", "A [=n] || B [=n]". Macros, $(...), which depend on
 * the compiler, count as y. Returns the value, or -EINVAL if EXPR is not an expression.
 */
int expr_unmet(const char *expr, const struct kvalues *values, enum tristate wanted,
	       struct list *unmet);

/* As expr_unmet(), but only returns the value. */
int expr_value(const char *expr, const struct kvalues *values);

#endif
