/* SPDX-License-Identifier: GPL-2.0-only */
/* The names that a user can write: kernels, machines, scenarios and DUTs. */
#ifndef RUNNER_CLI_KINDS_H
#define RUNNER_CLI_KINDS_H

#include "runner/plan/plan.h"

enum kind { KIND_SCENARIO, KIND_DUT, KIND_MACHINE, KIND_KERNEL, KIND_COUNT };

/*
 * "scenario", "dut", ... This is also the name of the option that chooses one and, in capitals, of
 * an argument.
 */
extern const char *const kind_words[KIND_COUNT];

/*
 * Add to NAMES all names of KIND in INVENTORY and in the lab's kernel/trees, in their order and
 * without duplicates.
 */
void kind_names(const struct settings *settings, const struct inventory *inventory, enum kind kind,
		struct list *names);

#endif
