/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernels, machines, scenarios, DUTs and modes that a choice selects. */
#ifndef RUNNER_PLAN_SELECTION_H
#define RUNNER_PLAN_SELECTION_H

#include "runner/plan/plan.h"

struct selection {
	struct list kernels;
	struct list machines;
	struct list scenarios;
	struct list duts;
	unsigned int modes; /* a set */
};

/*
 * Match the globs of CHOICE against INVENTORY. Cases selected by name do not narrow the selection;
 * they add their kernels, if CHOICE has none, and their scenarios, if hidden. Returns 0, or -ENOENT
 * with a message in WHY if a glob matches nothing or everything is excluded.
 */
int selection_make(const struct inventory *inventory, const struct choice *choice,
		   struct selection *selection, struct buf *why);

void selection_free(struct selection *selection);
#define cleanup_selection __attribute__((cleanup(selection_free)))

#endif
