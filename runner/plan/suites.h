/* SPDX-License-Identifier: GPL-2.0-only */
/* Suites (docs/suites.md): their programs as scenarios, and the guests' images that have them. */
#ifndef RUNNER_PLAN_SUITES_H
#define RUNNER_PLAN_SUITES_H

#include "runner/plan/plan.h"

/*
 * Add to CATALOG a scenario for each program of the families that are suites (scenarios/consumer)
 * and of the suites that SETTINGS names. Returns 0, or
 * -EINVAL with a message in WHY: a folder that is missing, has no program, or has the name of a
 * family or of another suite; a program with a name that no case can have; or bad settings.
 */
int suites_read(const struct settings *settings, struct catalog *catalog, struct buf *why);

/*
 * Check that the guest can run the programs of PLAN, and give its guests images that have them.
 * Blocks. Returns 0, also if PLAN has no case of a suite, or -EINVAL with a message in WHY that
 * names the program, or -EIO.
 */
int suites_pack(const struct settings *settings, const struct inventory *inventory,
		struct plan *plan, struct buf *why);

#endif
