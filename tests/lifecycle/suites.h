/* SPDX-License-Identifier: GPL-2.0-only */
/* The life-cycle tests that have a file of their own. */
#ifndef TESTS_LIFECYCLE_SUITES_H
#define TESTS_LIFECYCLE_SUITES_H

#include <greatest.h>

SUITE_EXTERN(clocks);

#endif
