/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that does not get its processor, for tests of what the lab makes of a busy host. */
#ifndef TESTS_HOST_STARVE_H
#define TESTS_HOST_STARVE_H

#include "runner/guest/run-delay.h"

/*
 * Compete with another process for one processor until this one, whose waiting DELAY was begun
 * with, has waited for MS milliseconds. Blocks. Returns at once on a kernel that does not count it.
 */
void starve(const struct run_delay *delay, unsigned int ms);

#endif
