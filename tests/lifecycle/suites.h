/* SPDX-License-Identifier: GPL-2.0-only */
/* Life-cycle tests in separate files. */
#ifndef TESTS_LIFECYCLE_SUITES_H
#define TESTS_LIFECYCLE_SUITES_H

#include <greatest.h>

SUITE_EXTERN(clocks);
SUITE_EXTERN(debugging);
SUITE_EXTERN(models);

#endif
