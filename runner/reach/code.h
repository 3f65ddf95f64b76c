/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares two versions of a C file: which functions compile to something else? */
#ifndef RUNNER_REACH_CODE_H
#define RUNNER_REACH_CODE_H

#include "lab/base/list.h"

#include <stdbool.h>

/*
 * Add to FUNCTIONS the names of those that are in both OLD and NEW, but differ in more than
 * comments and blanks. A function that only one of them has is not added: what refers to it has
 * changed, too. Returns true if nothing else differs, or false if code outside of functions does:
 * types, tables, macros, includes.
 */
bool code_compare(const char *old, const char *new, struct list *functions);

#endif
