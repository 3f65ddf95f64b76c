/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases that reach what SERIES= or KDIR= changes run first, or alone (docs/reach.md). */
#ifndef RUNNER_CLI_RUN_CHANGED_H
#define RUNNER_CLI_RUN_CHANGED_H

#include "runner/cli/run.h"

/*
 * Set the ranking of RUN's choice, if a selected kernel is one that the user changes and it is
 * known what cases reach. Returns 0; or with ONLY=changed, -EINVAL with a message in WHY if either
 * is not so; or another -errno and WHY.
 */
int run_rank(struct run *run, const struct inventory *inventory, struct buf *why);

/*
 * How many cases of the plan reach the change, in one line; NULL if they are not ranked. The caller
 * frees it.
 */
char *run_describe_changed(const struct run *run);

/* Print that line, if there is one. */
void run_print_changed(const struct run *run);

/* Free CHANGED, which may be NULL. */
void changed_free(struct changed *changed);

#endif
