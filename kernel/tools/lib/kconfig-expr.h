/* SPDX-License-Identifier: GPL-2.0-only */
/* Kconfig's expressions: A && !(B || C != "x"), over n, m and y. */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_EXPR_H
#define KERNEL_TOOLS_LIB_KCONFIG_EXPR_H

#include "kernel/tools/lib/kconfig-values.h"
#include "lab/base/list.h"

enum tristate { TRI_N, TRI_M, TRI_Y };

/* What VALUE, as in a .config, is as a tristate: a string or number is n. */
enum tristate tristate_of(const char *value);

/*
 * Evaluate EXPR under VALUES (sorted). To UNMET goes each of its conjuncts that
 * is less than WANTED, with the values in it: "PCI [=n]", "A [=n] || B [=n]".
 * What only the compiler knows, $(...), counts as y.
 * The value, or -EINVAL where EXPR is no expression.
 */
int expr_unmet(const char *expr, const struct kvalues *values, enum tristate wanted,
	       struct list *unmet);

/* The same without a list: just the value. */
int expr_value(const char *expr, const struct kvalues *values);

#endif
