/* SPDX-License-Identifier: GPL-2.0-only */
/* Starves a process of CPU time, to test how the lab handles a busy host. */
#ifndef TESTS_HOST_STARVE_H
#define TESTS_HOST_STARVE_H

#include "runner/guest/run-delay.h"

/*
 * Competes with another process for one processor until this process has waited for MS milliseconds
 * since DELAY was started. Blocks. Returns at once on a kernel that does not count run delay.
 */
void starve(const struct run_delay *delay, unsigned int ms);

#endif
