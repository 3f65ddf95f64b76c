/* SPDX-License-Identifier: GPL-2.0-only */
/* Which kernels, machines, scenarios and DUTs a choice comes to. */
#ifndef RUNNER_PLAN_SELECTION_H
#define RUNNER_PLAN_SELECTION_H

#include "runner/plan/plan.h"

struct selection {
	struct list kernels;
	struct list machines;
	struct list scenarios;
	struct list duts;
};

/*
 * Match CHOICE with INVENTORY. Cases that are chosen by name do not narrow the selection, except
 * that they bring their kernels if CHOICE has none, and hidden scenarios. Returns 0, or -ENOENT
 * with one line in WHY if a glob matches nothing or all is excluded.
 */
int selection_make(const struct inventory *inventory, const struct choice *choice,
		   struct selection *selection, struct buf *why);

void selection_free(struct selection *selection);
#define cleanup_selection __attribute__((cleanup(selection_free)))

#endif
