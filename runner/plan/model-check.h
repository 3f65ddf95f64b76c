/* SPDX-License-Identifier: GPL-2.0-only */
/* Check the device models of machines that are not the lab's. */
#ifndef RUNNER_PLAN_MODEL_CHECK_H
#define RUNNER_PLAN_MODEL_CHECK_H

#include "runner/plan/machine.h"
#include "runner/plan/settings.h"

/*
 * Check the models of MACHINE, their parameters and their faults, with the program of the models,
 * if the machine is not one of the lab's. Blocks until the program exits. Returns 0, or -EINVAL
 * with a message in WHY that begins with the file and the line.
 */
int models_check(const struct settings *settings, const struct machine *machine, struct buf *why);

#endif
