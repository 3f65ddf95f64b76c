/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs of the guest's user space: run one, with a time limit, and read its output. */
#ifndef SCENARIOS_LIB_COMMAND_OUTPUT_H
#define SCENARIOS_LIB_COMMAND_OUTPUT_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

/*
 * Run ARGV, found in PATH, without input, and add to OUTPUT what it prints on standard output and
 * on standard error. Blocks until it has ended, at most MS milliseconds; then it is killed. Returns
 * its exit status, 128 + N if signal N ended it, -ETIMEDOUT, or another -errno if it could not be
 * started.
 */
int command_output(const struct list *argv, unsigned int ms, struct buf *output);

#endif
